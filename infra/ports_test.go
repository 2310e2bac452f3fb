package infra

import (
	"context"
	"crypto/tls"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/ziplaw/ziplaw"
)

// TestTemporalsPortsTakeTheFoldersClients alone: no plain connection, none without a certificate, and none with that of another
// folder, even if it believes any server.
func TestTemporalsPortsTakeTheFoldersClients(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	defer h.close(t)
	s := joined(t, dir)
	other, err := openDoor(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	believing := func(certificates ...tls.Certificate) credentials.TransportCredentials {
		return credentials.NewTLS(&tls.Config{InsecureSkipVerify: true, Certificates: certificates})
	}
	nobody := s.TLS()
	nobody.Certificates = nil
	ports := slices.DeleteFunc(listening(t, h.cmd.Process.Pid), func(port int64) bool {
		endpoint, _, _, _ := s.S3()
		return strings.HasSuffix(endpoint, ":"+address(int(port))[len(loopback)+1:])
	})
	if len(ports) != 4 {
		t.Fatalf("Temporal listens on %v", ports)
	}
	for _, port := range ports {
		for _, c := range []struct {
			name   string
			client credentials.TransportCredentials
			taken  bool
		}{
			{"plain", insecure.NewCredentials(), false},
			{"no certificate", credentials.NewTLS(nobody), false},
			{"no certificate, any server", believing(), false},
			{"another folder's", credentials.NewTLS(other.client()), false},
			{"another folder's, any server", believing(other.pair), false},
			{"the folder's", credentials.NewTLS(s.TLS()), true},
		} {
			if err := ask(t.Context(), address(int(port)), c.client); (status.Code(err) != codes.Unavailable) != c.taken {
				t.Errorf("port %d, %s: %v", port, c.name, err)
			}
		}
	}
}

// ask calls a method that every gRPC server answers somehow.
func ask(ctx context.Context, address string, client credentials.TransportCredentials) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	c, err := grpc.NewClient(address, grpc.WithTransportCredentials(client))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = healthpb.NewHealthClient(c).Check(ctx, &healthpb.HealthCheckRequest{})
	return err
}

// TestPortsOfOtherProcesses: a port that another process has chosen, and doesn't listen on yet, is left to it.
func TestPortsOfOtherProcesses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ports are reserved on Linux only")
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := choosePort("", 0, port); err != nil || again != port {
		t.Errorf("this process gets port %d for its port %d: %v", again, port, err)
	}
	reserved.Lock()
	hold := reserved.ports[port]
	delete(reserved.ports, port) // as another process sees it
	reserved.Unlock()
	defer func() { _ = hold.Close() }()
	if other, err := choosePort("", 0, port); err != nil || other == port {
		t.Errorf("another process gets port %d for port %d: %v", other, port, err)
	}
	var e *ziplaw.Error
	if _, err := choosePort("--s3-port", port, 0); !errors.As(err, &e) || e.Field != "--s3-port" {
		t.Errorf("another process that asks for port %d gets %v", port, err)
	}
}

// TestPortsDrawnAtOnce: goroutines of one process draw different ports, also where they meet one that is drawn already.
func TestPortsDrawnAtOnce(t *testing.T) {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	if ours, before := reserve(port); !ours || !before {
		t.Errorf("the port of this process is reserved again: ours %v, before %v", ours, before)
	}
	ports := make(chan int, 200)
	var all sync.WaitGroup
	for range cap(ports) {
		all.Go(func() {
			port, err := freePort()
			if err != nil {
				t.Error(err)
			}
			ports <- port
		})
	}
	all.Wait()
	close(ports)
	seen := map[int]bool{port: true}
	for port := range ports {
		if seen[port] {
			t.Errorf("port %d is drawn twice", port)
		}
		seen[port] = true
	}
}
