//go:build real

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
)

// chaosSpec is a study of three data sets whose larger cells take 1 to 2 s each on one core, and so many seeds.
const chaosSpec = `
version: 1
name: chaos
context: 256
datasets:
  - {name: a, grammar: {nonterminals: 10, terminals: 150, options: 5, length: 3}}
  - {name: b, grammar: {nonterminals: 20, terminals: 300, options: 10, length: 5}}
  - {name: c, grammar: {nonterminals: 30, terminals: 400, options: 10, length: 5}}
models: [{h: 32, layers: 1, heads: 1}, {h: 64, layers: 1, heads: 1}]
budgets: [16384, 262144]
seeds: [%s]
recipe: {batch: 2, lr: {base: 0.2, scale: inverse_width, max: 0.02}, held_out: 16}
fit: {resamples: 2, starts: muennighoff, tie: [alpha=beta]}
checkpoint_seconds: 0.3
`

// setting is a number from the environment.
func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestRealChaos runs a study while everything happens to it that may: processes are killed and suspended, the store answers
// 503, connections break, the disk fills, artifacts are damaged. It ends in the digest of an undisturbed run, and no key has
// been published twice. ZIPLAW_CHAOS_KILLS and ZIPLAW_CHAOS_SEED say how much, and which.
func TestRealChaos(t *testing.T) {
	kills, seed := setting(t, "ZIPLAW_CHAOS_KILLS", 6), setting(t, "ZIPLAW_CHAOS_SEED", 1)
	var seeds []string
	for i := range 1 + kills/2 {
		seeds = append(seeds, strconv.Itoa(i+1))
	}
	spec := filepath.Join(t.TempDir(), "chaos.yaml")
	if err := os.WriteFile(spec, fmt.Appendf(nil, chaosSpec, strings.Join(seeds, ", ")), 0o600); err != nil {
		t.Fatal(err)
	}
	calm := newFolder(t).launch("run", spec).result()

	c := newChaos(t, spec, seed)
	for c.kills < kills && !c.done() {
		c.event()
	}
	r := c.calmDown()
	if r.State != ziplaw.StudyDone || r.Cells.Failed > 0 || r.Digest != calm.Digest || r.DigestCells != calm.DigestCells {
		t.Errorf("%s with cells %+v, digests %s %s; undisturbed %s %s", r.State, r.Cells, r.Digest, r.DigestCells, calm.Digest, calm.DigestCells)
	}
	if c.kills < kills {
		t.Errorf("the study was done after %d kills", c.kills)
	}
	c.check()
	t.Logf("seed %d: %s; %d cells took %d attempts; %d artifacts checked", seed, c.summary(), r.Cells.Total, c.attempts, c.checked)
}

// chaos is a study with all that happens to it.
type chaos struct {
	folder
	spec   string
	rand   *rand.Rand
	disk   *disk
	owner  *process // runs the servers, the study and a worker
	worker *process // another worker, which reaches the servers through faults
	faults *faults

	kills    int
	counts   map[string]int
	damaged  map[string]bool   // data sets one of whose artifacts was overwritten
	entries  map[string]string // etags of the entries by their names, as seen first
	twice    []string          // entries that were written again
	checked  int               // artifacts
	attempts int               // at cells, by their claims
}

func newChaos(t *testing.T, spec string, seed int) *chaos {
	t.Helper()
	c := &chaos{
		spec: spec, rand: rand.New(rand.NewPCG(uint64(seed), 1)), disk: newDisk(t),
		counts: map[string]int{}, damaged: map[string]bool{}, entries: map[string]string{},
	}
	c.folder = folder{t, c.disk.seen("data")}
	c.startOwner()
	c.owner.until("the servers", func() bool { _, found := c.servers(); return found })
	s, _ := c.servers()
	c.faults = newFaults(t, s.Temporal, s.S3, c.rand)
	c.startWorker()
	return c
}

func (c *chaos) startOwner() {
	c.owner = c.disk.launch(nil, "run", c.spec, "--data-dir", c.disk.path("data"), "--ui-port", "off", "--output", "json", "--threads", "1")
}

func (c *chaos) startWorker() {
	s, _ := c.servers()
	key := filepath.Join(c.dir, "temporal.pem")
	c.worker = launch(c.t, []string{
		"TEMPORAL_ADDRESS=" + c.faults.temporal.Listen, "ZIPLAW_S3_ENDPOINT=http://" + c.faults.s3.Listen, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + s.AccessKey, "AWS_SECRET_ACCESS_KEY=" + s.SecretKey,
		"TEMPORAL_TLS_CLIENT_CERT_PATH=" + key, "TEMPORAL_TLS_CLIENT_KEY_PATH=" + key, "TEMPORAL_TLS_SERVER_CA_CERT_PATH=" + key,
	}, "worker", "--connect", "--threads", "1", "--data-dir", filepath.Join(c.t.TempDir(), "worker"))
}

// done says whether the study has ended by itself.
func (c *chaos) done() bool {
	select {
	case <-c.owner.ended:
		return true
	default:
		return false
	}
}

// between is a random time.
func (c *chaos) between(least, most time.Duration) time.Duration {
	return least + time.Duration(c.rand.Int64N(int64(most-least)))
}

// event lets the study run for a moment and does something to it.
func (c *chaos) event() {
	time.Sleep(c.between(300*time.Millisecond, 1200*time.Millisecond))
	c.watch()
	events := []struct {
		weight int
		name   string
		do     func()
	}{
		{60, "owner killed", c.killOwner},
		{25, "worker killed", c.killWorker},
		{4, "worker suspended", func() { c.suspend(c.worker, 18*time.Second) }},
		{2, "owner suspended", func() { c.suspend(c.owner, 12*time.Second) }},
		{15, "503 answers", func() { c.faults.busy(c.between(time.Second, 3*time.Second)) }},
		{15, "connections reset", func() { c.faults.reset(c.between(time.Second, 3*time.Second)) }},
		{15, "connections cut", func() { c.faults.cut(c.between(time.Second, 3*time.Second)) }},
		{5, "disk filled", func() { c.disk.fill(); time.Sleep(c.between(2*time.Second, 5*time.Second)); c.disk.free() }},
		{20, "artifact damaged", c.damage},
	}
	total := 0
	for _, e := range events {
		total += e.weight
	}
	n := c.rand.IntN(total)
	for _, e := range events {
		if n -= e.weight; n < 0 && !c.done() {
			c.counts[e.name]++
			e.do()
			return
		}
	}
}

// killOwner ends the servers, the study and a worker within whatever they do.
func (c *chaos) killOwner() {
	c.kills++
	c.owner.kill()
	c.startOwner()
	if c.rand.IntN(4) == 0 { // before or while the servers start, too
		return
	}
	pid := c.owner.cmd.Process.Pid
	c.owner.until("the servers", func() bool { s, found := c.servers(); return found && s.PID == pid || c.done() })
}

func (c *chaos) killWorker() {
	c.kills++
	c.worker.kill()
	c.startWorker()
}

// suspend stops a process for longer than its heartbeats, and claims, are waited for. Others take over meanwhile.
func (c *chaos) suspend(p *process, d time.Duration) {
	p.signal(syscall.SIGSTOP)
	time.Sleep(d)
	p.signal(syscall.SIGCONT)
}

// damage overwrites an artifact of a data set that none was damaged of: of its documents, its measures, or a cell.
func (c *chaos) damage() {
	set := string("abc"[c.rand.IntN(3)])
	roles := [][2]string{{"sample", "documents"}, {"compress", "h-per-document"}, {"train-cell", "losses"}}
	role := roles[c.rand.IntN(len(roles))]
	client := c.s3()
	if c.damaged[set] || client == nil {
		c.counts["artifact damaged"]--
		return
	}
	for _, rec := range c.recordsOf(role[0]) {
		if id, found := rec.Output(role[1]); found && strings.HasPrefix(rec.Label+"/", "chaos/"+set+"/") {
			c.overwrite(client, "artifacts/sha256/"+id.Hex()[:2]+"/"+id.Hex()[2:])
			c.damaged[set] = true
			return
		}
	}
	c.counts["artifact damaged"]--
}

func (c *chaos) overwrite(client *minio.Client, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	b := []byte("these are other bytes")
	if _, err := client.PutObject(ctx, bucket, name, bytes.NewReader(b), int64(len(b)), minio.PutObjectOptions{DisableContentSha256: true}); err != nil {
		c.t.Logf("not damaged: %v", err)
	}
}

// recordsOf are the records of an action that can be read now.
func (c *chaos) recordsOf(action string) (all []ziplaw.Record) {
	for _, name := range c.objects("actions/") {
		if rec := c.recordOf(name); rec.Action == action {
			all = append(all, rec)
		}
	}
	return all
}

// recordOf is the record that an entry names; empty where it can't be read now.
func (c *chaos) recordOf(entry string) (rec ziplaw.Record) {
	var e struct{ Record ziplaw.ArtifactID }
	if json.Unmarshal(c.read(entry), &e) == nil && e.Record.Validate() == nil {
		_ = json.Unmarshal(c.read("artifacts/sha256/"+e.Record.Hex()[:2]+"/"+e.Record.Hex()[2:]), &rec)
	}
	return rec
}

func (c *chaos) read(name string) []byte {
	client := c.s3()
	if client == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	o, err := client.GetObject(ctx, bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil
	}
	defer o.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(o)
	return b.Bytes()
}

// watch takes note of entries that have been written again. An entry may be where its data set was damaged.
func (c *chaos) watch() {
	client := c.s3()
	if client == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for o := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Prefix: "actions/", Recursive: true}) {
		if o.Err != nil {
			return
		}
		if before, known := c.entries[o.Key]; known && before != o.ETag {
			c.twice = append(c.twice, o.Key)
		}
		c.entries[o.Key] = o.ETag
	}
}

// calmDown ends all faults and lets the study end.
func (c *chaos) calmDown() (r ziplaw.StudyResult) {
	c.t.Helper()
	c.faults.end()
	c.disk.free()
	if code := c.owner.wait(); code != 0 {
		c.t.Fatalf("exit code %d\n%s", code, c.owner.stderr.String())
	}
	decode(c.t, c.owner.stdout.String(), &r)
	return r
}

// repair makes again what was damaged when every worker had read it: nobody notices that within the run.
func (c *chaos) repair() {
	c.t.Helper()
	p := c.disk.launch(nil, "verify", "chaos", "--repair", "--data-dir", c.disk.path("data"), "--threads", "1")
	if code := p.wait(); code != 0 {
		c.t.Errorf("verify --repair: exit code %d\n%s%s", code, p.stdout.String(), p.stderr.String())
	}
}

// check reads everything that the study left.
func (c *chaos) check() {
	c.t.Helper()
	c.worker.kill()
	c.repair()
	up := c.disk.launch(nil, "up", "--data-dir", c.disk.path("data"), "--ui-port", "off", "--output", "json")
	up.until("the servers", func() bool { return strings.HasSuffix(up.stdout.String(), "}\n") })
	defer up.kill()
	c.watch()
	c.verify()
	c.checked = len(c.objects("artifacts/"))
	for _, name := range c.objects("claims/") {
		var claim struct{ Token int }
		_ = json.Unmarshal(c.read(name), &claim)
		c.attempts += claim.Token
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(c.twice))) {
		rec := c.recordOf(name)
		if label := strings.Split(rec.Label, "/"); len(label) > 1 && !c.damaged[label[1]] {
			c.t.Errorf("%s of %s was published twice", rec.Action, rec.Label)
		}
	}
}

func (c *chaos) summary() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c.counts)) {
		parts = append(parts, fmt.Sprintf("%s %d times", name, c.counts[name]))
	}
	return fmt.Sprintf("%d kills (%s)", c.kills, strings.Join(parts, ", "))
}

// disk is a small file system in a mount namespace of its own, which fills without harm to anything else.
type disk struct {
	t      *testing.T
	holder *exec.Cmd
	mount  string
}

// diskSize leaves room for the study, and is filled in no time.
const diskSize = "192m"

func newDisk(t *testing.T) *disk {
	t.Helper()
	d := &disk{t: t, mount: t.TempDir()}
	d.holder = exec.Command("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size="+diskSize+" tmpfs "+d.mount+" && echo mounted && exec sleep infinity")
	out, err := d.holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	started := d.holder.Start() == nil
	if started {
		t.Cleanup(func() { _ = d.holder.Process.Kill(); _ = d.holder.Wait() })
	}
	if n, _ := out.Read(make([]byte, 16)); !started || n == 0 {
		t.Log("the disk isn't filled: a small file system in a mount namespace of its own needs root and unshare of util-linux")
		d.holder = nil
	}
	return d
}

// path is a file's name for processes in the namespace, and seen its name for everybody else.
func (d *disk) path(name string) string { return filepath.Join(d.mount, name) }
func (d *disk) seen(name string) string {
	if d.holder == nil {
		return d.path(name)
	}
	return fmt.Sprintf("/proc/%d/root%s", d.holder.Process.Pid, filepath.Join(d.mount, name))
}

// launch starts ziplaw in the namespace.
func (d *disk) launch(env []string, args ...string) *process {
	d.t.Helper()
	if d.holder == nil {
		return launch(d.t, env, args...)
	}
	return launchBy(d.t, env, []string{"nsenter", fmt.Sprintf("--mount=/proc/%d/ns/mnt", d.holder.Process.Pid), "--"}, args...)
}

func (d *disk) fill() {
	if d.holder == nil {
		return
	}
	f, err := os.Create(d.seen("filler"))
	if err != nil {
		return
	}
	defer f.Close()
	for b := make([]byte, 1<<20); len(b) > 512; {
		if _, err := f.Write(b); err != nil {
			b = b[:len(b)/2]
		}
	}
}

func (d *disk) free() { _ = os.Remove(d.seen("filler")) }
