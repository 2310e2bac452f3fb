package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sourcesSpec = `
version: 1
name: sources
context: 128
datasets: [{name: text, files: {include: ["text/**"]}}]
models: [{h: 8, layers: 1, heads: 1}, {h: 64, layers: 1, heads: 1}]
budgets: [16384, 262144]
recipe: {batch: 2, held_out: 16}
fit: {hold: {E: 0.5}, tie: [alpha=beta], resamples: 2, starts: muennighoff}
checkpoint_seconds: 0.3
`

// text is a file of so many bytes of words.
func text(seed uint64, n int) []byte {
	var b bytes.Buffer
	for r := rand.New(rand.NewPCG(seed, 1)); b.Len() < n; {
		fmt.Fprintf(&b, "word%d ", r.IntN(50))
	}
	return b.Bytes()[:n]
}

// TestSourcesThatChange: a study whose files change while it is interrupted becomes a new version when it is run again, and says so;
// and one that has finished answers when its files are gone.
func TestSourcesThatChange(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t), t.TempDir()
	spec, file := filepath.Join(dir, "study.yaml"), filepath.Join(dir, "text", "a.txt")
	if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(spec, []byte(sourcesSpec))
	write(file, text(1, 400_000))
	first := f.launch("run", spec)
	first.until("a checkpoint", func() bool { return len(f.checkpoints()) > 0 })
	first.kill()
	write(file, text(2, 400_000))
	second := f.launch("run", spec)
	r := second.result()
	if r.Cells.Done != 4 || !strings.Contains(second.stderr.String(), "files of the study have changed since it began; its new version begins") {
		t.Errorf("%+v; it said %s", r.Cells, second.stderr.String())
	}
	if verify := f.launch("verify", "sources"); verify.wait() != 0 {
		t.Errorf("verify: %s", verify.stdout.String())
	}
	again := newFolder(t).launch("run", spec).result()
	if r.Digest != again.Digest || r.Version != again.Version {
		t.Errorf("digest %s of version %s; undisturbed %s of %s", r.Digest, r.Version.Short(), again.Digest, again.Version.Short())
	}
	if err := os.RemoveAll(filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	without := f.launch("run", spec)
	if gone := without.result(); gone.Digest != r.Digest || gone.RunID != r.RunID || !strings.Contains(without.stderr.String(), "it has finished before") {
		t.Errorf("without its files the study answers %s: %s", gone.Digest, without.stderr.String())
	}
}
