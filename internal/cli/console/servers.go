package console

import (
	"context"
	"crypto/tls"
	"fmt"
)

// Servers are the servers of a data folder, ours or another process's. Package infra has them; a program that only joins servers of
// other machines has none.
type Servers interface {
	// Owned says whether they run in this process.
	Owned() bool
	Temporal() (address, namespace string)
	// TLS is what the Temporal server asks of a client; the file holds its certificate, key and authority, for servers of the name.
	TLS() *tls.Config
	TLSFile() (file, name string)
	S3() (endpoint, access, secret, bucket string)
	S3File() string // the S3 server's keys in the form of the AWS shared files
	UI() string
	Dir() string
	PID() int
	// Identity names this process among the folder's owners; Gone says whether an identity is of an earlier one.
	Identity() string
	Gone(identity string) bool
	// Lost is closed when the servers of another process have gone.
	Lost() <-chan struct{}
	Close()
}

// ServerOptions say where the servers keep their state and where they listen, as infra.Options do.
type ServerOptions struct {
	DataDir      string
	TemporalPort int
	S3Port       int
	UIPort       int
	LogFile      string
	Join         bool
	Look         bool
	Waiting      func(pid int)
	Program      string
	Note         func(sentence string)
}

// process is a process in words, which hasn't said yet which one it is where the id is 0.
func process(pid int) string {
	if pid == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d", pid)
}

// OpenServers starts the servers of a data folder, or joins those that run.
type OpenServers func(context.Context, ServerOptions) (Servers, error)
