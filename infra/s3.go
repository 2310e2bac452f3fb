package infra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// startS3 starts versitygw over a folder and returns when it answers.
func startS3(ctx context.Context, dir string, port int, access, secret string) (stop func(), err error) {
	restore := silence()
	defer restore()
	backend, err := posixBackend(dir)
	if err != nil {
		return nil, fmt.Errorf("S3 server: %w", err)
	}
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx)) // until stop
	done := make(chan error, 1)
	var running sync.WaitGroup
	running.Go(func() {
		done <- embedgw.RunVersityGW(serving, backend, &embedgw.Config{
			RootUserAccess: access, RootUserSecret: secret, Ports: []string{address(port)},
			MaxConnections: 4096, MaxRequests: 2048, MultipartMaxParts: 10000, KeepAlive: true, Quiet: true, HealthPath: healthPath,
		})
	})
	if err := awaitS3(ctx, port, done); err != nil {
		cancel()
		return nil, fmt.Errorf("S3 server: %w", err)
	}
	return func() {
		http.DefaultClient.CloseIdleConnections() // for which the server would wait
		cancel()
		running.Wait()
	}, nil
}

// objectsFolder is the folder of buckets below that of the store.
const objectsFolder = "objects"

const healthPath = "/_health"

// posixBackend keeps objects as files. It makes their folder the process's working directory, and needs it to stay so:
// relative paths must be resolved before the servers start.
func posixBackend(dir string) (*posix.Posix, error) {
	root, versions, side := filepath.Join(dir, objectsFolder), filepath.Join(dir, "versions"), filepath.Join(dir, "meta")
	for _, d := range []string{root, versions, side} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
	}
	opts := posix.PosixOpts{VersioningDir: versions, Concurrency: 5000, CopyObjectThreshold: 5 << 30}
	var metadata meta.MetadataStorer = meta.XattrMeta{}
	if (meta.XattrMeta{}).Test(root) != nil { // a file system without user attributes
		sidecar, err := meta.NewSideCar(side)
		if err != nil {
			return nil, err
		}
		metadata, opts.SideCarDir = sidecar, side
	}
	return posix.New(root, metadata, opts)
}

func awaitS3(ctx context.Context, port int, done <-chan error) error {
	deadline := time.After(20 * time.Second)
	for {
		select {
		case err := <-done:
			return errors.Join(errors.New("it ended"), err)
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return errors.New("no answer in 20 s")
		case <-time.After(5 * time.Millisecond):
		}
		if s3Healthy(ctx, address(port)) == nil {
			return nil
		}
	}
}

func s3Healthy(ctx context.Context, endpoint string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+endpoint+healthPath, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("S3 server on %s: %s", endpoint, res.Status)
	}
	return nil
}

// silence keeps what versitygw prints while it starts off standard output, which belongs to the caller.
func silence() (restore func()) {
	stdout := os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return func() {}
	}
	os.Stdout = null
	return func() { os.Stdout = stdout; _ = null.Close() }
}
