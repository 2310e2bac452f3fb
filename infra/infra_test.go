package infra

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/log/tag"

	"github.com/ziplaw/ziplaw"
)

// The S3 server changes the working directory of its process, and one process runs it once. So each test runs servers
// in processes of their own: this test binary, told by an environment variable to hold a data folder.
const holdEnv = "ZIPLAW_TEST_HOLD"

// uiEnv tells it to serve the web UI, too.
const uiEnv = "ZIPLAW_TEST_UI"

// fatalEnv tells this test binary to log a fatal error of the server to a file.
const fatalEnv = "ZIPLAW_TEST_FATAL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdEnv); dir != "" {
		holdFolder(dir)
		return
	}
	if file := os.Getenv(fatalEnv); file != "" {
		serverLog(file).Fatal("unable to start", tag.Error(errors.New("port 1 is taken")))
	}
	os.Exit(m.Run())
}

// holdFolder runs the servers until standard input ends.
func holdFolder(dir string) {
	o := Options{DataDir: dir, UIPort: -1}
	if os.Getenv(uiEnv) != "" {
		o.UIPort = 0
	}
	s, err := Open(context.Background(), o)
	if err != nil {
		fmt.Println("error:", err, ziplaw.AsError(err).Hint)
		return
	}
	addr, _ := s.Temporal()
	fmt.Println("ready", s.Owned(), addr)
	_, _ = io.Copy(io.Discard, os.Stdin)
	s.Close()
	fmt.Println("closed")
}

type holder struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Reader
	first string
}

func startHolder(t *testing.T, dir string, env ...string) *holder {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(append(os.Environ(), holdEnv+"="+dir), env...), os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h := &holder{cmd: cmd, stdin: stdin, out: bufio.NewReader(stdout)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	h.first, _ = h.out.ReadString('\n')
	if !strings.HasPrefix(h.first, "ready true ") {
		t.Fatalf("the holder said %q", h.first)
	}
	return h
}

// refusal is what a process says that can't open the folder.
func refusal(t *testing.T, dir string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdEnv+"="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "error: ") {
		t.Fatalf("it said %q, %v", out, err)
	}
	return string(out)
}

func (h *holder) close(t *testing.T) {
	t.Helper()
	_ = h.stdin.Close()
	if line, _ := h.out.ReadString('\n'); line != "closed\n" {
		t.Errorf("the holder ended with %q", line)
	}
	_ = h.cmd.Wait()
}

func (h *holder) kill() { _ = h.cmd.Process.Kill(); _ = h.cmd.Wait() }

// joined opens the folder from this process, which has to join.
func joined(t *testing.T, dir string) *Servers {
	t.Helper()
	s, err := Open(context.Background(), Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s.Owned() {
		t.Fatal("this process took the folder over")
	}
	t.Cleanup(s.Close)
	return s
}

func s3Client(t *testing.T, s *Servers) *minio.Client {
	t.Helper()
	endpoint, access, secret, _ := s.S3()
	c, err := minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4(access, secret, ""), TrailingHeaders: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStateSurvivesKills(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), t.Context()
	var address string
	for round := range 4 {
		h := startHolder(t, dir)
		if address == "" {
			address = h.first
		}
		if h.first != address {
			t.Errorf("the address was %q and is %q", address, h.first)
		}
		s := joined(t, dir)
		c := s3Client(t, s)
		for i := range round {
			o, err := c.GetObject(ctx, "kept", fmt.Sprint("object", i), minio.GetObjectOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(o); err != nil || string(b) != fmt.Sprint("content", i) {
				t.Errorf("round %d: object %d is %q, %v", round, i, b, err)
			}
		}
		if round == 0 {
			if err := c.MakeBucket(ctx, "kept", minio.MakeBucketOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		content := []byte(fmt.Sprint("content", round))
		if _, err := c.PutObject(ctx, "kept", fmt.Sprint("object", round), bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
		if round == 3 {
			h.close(t)
		} else {
			h.kill()
		}
		select {
		case <-s.Lost():
		case <-time.After(30 * time.Second):
			t.Error("a joined process doesn't notice that the servers are gone")
		}
	}
}

func TestSearchAttributesAreThere(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	defer h.close(t)
	s := joined(t, dir)
	addr, ns := s.Temporal()
	c, err := client.Dial(client.Options{HostPort: addr, Namespace: ns, Logger: quiet{}, ConnectionOptions: client.ConnectionOptions{TLS: s.TLS()}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	res, err := c.OperatorService().ListSearchAttributes(t.Context(), &operatorservice.ListSearchAttributesRequest{Namespace: ns})
	if err != nil {
		t.Fatal(err)
	}
	for name := range searchAttributes {
		if _, ok := res.GetCustomAttributes()[name]; !ok {
			t.Errorf("no search attribute %s", name)
		}
	}
}

// TestNoPortTakesAWebPagesStudy posts to every port of a running holder as a page of another site can: a form's content
// type needs no permission of the server. Nothing may start a workflow for it.
func TestNoPortTakesAWebPagesStudy(t *testing.T) {
	h := startHolder(t, t.TempDir(), uiEnv+"=1")
	defer h.close(t)
	ports := listening(t, h.cmd.Process.Pid)
	if len(ports) != 6 {
		t.Fatalf("%d listening ports", len(ports))
	}
	client := http.Client{Timeout: 5 * time.Second}
	for _, port := range ports {
		url := fmt.Sprintf("http://127.0.0.1:%d/api/v1/namespaces/default/workflows/stolen", port)
		body := `{"workflowType": {"name": "Study"}, "taskQueue": {"name": "ziplaw"}}`
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "text/plain")
		req.Header.Set("Origin", "http://elsewhere.example")
		res, err := client.Do(req)
		if err != nil {
			continue // it speaks no HTTP/1.1
		}
		answer, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode < 300 {
			t.Errorf("port %d: %s: %s", port, res.Status, answer)
		}
	}
}

// listening are the TCP ports that a process listens on.
func listening(t *testing.T, pid int) (ports []int64) {
	t.Helper()
	inodes := sockets(t, pid)
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", pid))
	if err != nil {
		t.Skipf("no /proc to look at: %v", err)
	}
	for _, line := range strings.Split(string(b), "\n")[1:] {
		f := strings.Fields(line)
		const listen = "0A"
		if len(f) < 10 || f[3] != listen || !inodes[f[9]] {
			continue
		}
		_, hex, _ := strings.Cut(f[1], ":")
		port, err := strconv.ParseInt(hex, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port)
	}
	return ports
}

// TestNothingLeavesLoopback looks at the sockets of a running holder.
func TestNothingLeavesLoopback(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	defer h.close(t)
	time.Sleep(2 * time.Second)
	if res, err := http.Get("http://" + strings.Fields(h.first)[2]); err == nil {
		_ = res.Body.Close()
	}
	inodes := sockets(t, h.cmd.Process.Pid)
	seen := 0
	for _, table := range []string{"tcp", "tcp6"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", h.cmd.Process.Pid, table))
		if err != nil {
			t.Skipf("no /proc to look at: %v", err)
		}
		for _, line := range strings.Split(string(b), "\n")[1:] {
			f := strings.Fields(line)
			if len(f) < 10 || !inodes[f[9]] {
				continue
			}
			seen++
			for _, end := range f[1:3] {
				host := strings.Split(end, ":")[0]
				if !strings.HasSuffix(host, "0100007F") && strings.Trim(host, "0") != "" && host != "00000000000000000000000001000000" {
					t.Errorf("a socket with the address %s (%s)", end, line)
				}
			}
			if strings.Trim(strings.Split(f[1], ":")[0], "0") == "" {
				t.Errorf("a socket on all addresses: %s", line)
			}
		}
	}
	if seen < 6 {
		t.Errorf("only %d sockets seen", seen)
	}
}

func sockets(t *testing.T, pid int) map[string]bool {
	t.Helper()
	inodes := map[string]bool{}
	names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, n := range names {
		if target, err := os.Readlink(n); err == nil && strings.HasPrefix(target, "socket:[") {
			inodes[strings.Trim(target, "socket:[]")] = true
		}
	}
	return inodes
}

func TestHolderThatDoesNotAnswer(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	defer h.kill()
	if err := os.Remove(filepath.Join(dir, stateFile)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	waited := false
	_, err := open(ctx, Options{DataDir: dir, Waiting: func(int) { waited = true }}, 500*time.Millisecond)
	if e := ziplaw.AsError(err); e == nil || e.Code != ziplaw.CodeDataDirHeld || !waited {
		t.Errorf("error %v, waited %v", err, waited)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	taken, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", address(taken))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, err = Open(t.Context(), Options{DataDir: t.TempDir(), S3Port: taken})
	if e := ziplaw.AsError(err); e == nil || e.Field != "--s3-port" || !strings.Contains(e.Message, fmt.Sprint(taken)) {
		t.Errorf("a taken port gives %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{DataDir: file}); err == nil {
		t.Error("a file is no data folder")
	}
}

// TestServerFatal: an error that ends the process is told, and not only in the server's log.
func TestServerFatal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "server.log")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fatalEnv+"="+file)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("exit: %v", err)
	}
	for _, want := range []string{"port 1 is taken", "run the command again", file} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	logged, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(logged), "port 1 is taken") {
		t.Errorf("logged %q, %v", logged, err)
	}
}
