// Package infratest gives tests the real servers: the embedded ones, and other people's binaries.
package infratest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw/infra"
)

var (
	once    sync.Once
	servers *infra.Servers
	failure error
)

// Start gives the embedded servers, one instance for all tests of a binary. They end with the process.
//
// The S3 server makes its folder the working directory, so tests use absolute paths.
func Start(tb testing.TB) *infra.Servers {
	tb.Helper()
	once.Do(func() {
		var dir string
		if dir, failure = os.MkdirTemp("", "ziplaw-test-"); failure == nil {
			servers, failure = infra.Open(context.Background(), infra.Options{DataDir: dir, UIPort: -1})
		}
	})
	if failure != nil {
		tb.Fatalf("embedded servers: %v", failure)
	}
	return servers
}

// Stop ends the servers of Start and removes their folder; for TestMain.
func Stop() {
	if servers != nil {
		servers.Close()
		_ = os.RemoveAll(servers.Dir())
	}
}

// Tool is the path of a program that infra/tools/build.sh builds. A test that needs one which isn't there is skipped
// with the reason, or fails where ZIPLAW_REQUIRE_TOOLS is set.
func Tool(tb testing.TB, name string) string {
	tb.Helper()
	path := filepath.Join(toolsDir(), name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	message := fmt.Sprintf("%s isn't built: make tools", name)
	if os.Getenv("ZIPLAW_REQUIRE_TOOLS") != "" {
		tb.Fatal(message)
	}
	tb.Skip(message)
	return ""
}

func toolsDir() string {
	if dir := os.Getenv("ZIPLAW_TOOLS"); dir != "" {
		return dir
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		cache = filepath.Join(os.Getenv("HOME"), ".cache")
	}
	return filepath.Join(cache, "ziplaw", "tools")
}

// MinIO starts a MinIO server with an empty folder for the time of a test.
func MinIO(tb testing.TB) (endpoint, access, secret string) {
	tb.Helper()
	binary := Tool(tb, "minio")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	endpoint = l.Addr().String()
	_ = l.Close()
	access, secret = "minio-test", "minio-test-secret"
	cmd := exec.Command(binary, "server", "--quiet", "--address", endpoint, tb.TempDir())
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+access, "MINIO_ROOT_PASSWORD="+secret, "MINIO_BROWSER=off", "MINIO_UPDATE=off", "HOME="+tb.TempDir())
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 600 {
		if res, err := http.Get("http://" + endpoint + "/minio/health/ready"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return endpoint, access, secret
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	tb.Fatal("MinIO doesn't answer")
	return "", "", ""
}
