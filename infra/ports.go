package infra

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/ziplaw/ziplaw"
)

// loopback is the one address that the servers listen on.
const loopback = "127.0.0.1"

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

// ports are remembered in the folder, so that addresses stay the same from run to run.
type ports struct {
	Temporal int `json:"temporal"`
	S3       int `json:"s3"`
	UI       int `json:"ui"`
}

const portsFile = "ports.json"

// choosePorts takes the ports that were asked for, else those of the last run, else free ones. A port that was asked
// for and is taken is an error.
func choosePorts(dir string, o Options) (p ports, err error) {
	if b, err := os.ReadFile(filepath.Join(dir, portsFile)); err == nil {
		_ = json.Unmarshal(b, &p) // unreadable: choose anew
	}
	for _, c := range []struct {
		flag  string
		asked int
		port  *int
	}{{"--temporal-port", o.TemporalPort, &p.Temporal}, {"--s3-port", o.S3Port, &p.S3}, {"--ui-port", o.UIPort, &p.UI}} {
		if c.asked < 0 { // off, and the last one is remembered
			continue
		}
		if *c.port, err = choosePort(c.flag, c.asked, *c.port); err != nil {
			return p, err
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	return p, writeFile(filepath.Join(dir, portsFile), b)
}

func choosePort(flag string, asked, last int) (int, error) {
	if asked > 0 {
		if !take(asked) {
			return 0, &ziplaw.Error{Code: ziplaw.CodeUsage, Field: flag, Message: fmt.Sprintf("port %d is taken", asked),
				Hint: "name another, or none for a free one"}
		}
		return asked, nil
	}
	if last > 0 && take(last) {
		return last, nil
	}
	return freePort()
}

// take reserves a port that nothing listens on.
func take(port int) bool {
	ours, _ := reserve(port)
	return ours && free(port)
}

func free(port int) bool {
	l, err := net.Listen("tcp", address(port))
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}

// Ports are drawn from below those that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere), so
// that none takes one between the choice and the server's start.
const lowestPort, portRange = 20000, 12768

// reserved are the ports that this process has chosen, which may not listen yet, each with what keeps other processes from them.
var reserved = struct {
	sync.Mutex
	ports map[int]io.Closer
}{ports: map[int]io.Closer{}}

// reserve keeps a port for this process as long as it lives. It tells whether the port is this process's, and not another one's, and
// whether it was so before.
func reserve(port int) (ours, before bool) {
	reserved.Lock()
	defer reserved.Unlock()
	if _, before := reserved.ports[port]; before {
		return true, true
	}
	hold, err := holdPort(port)
	if err != nil {
		return false, false
	}
	reserved.ports[port] = hold
	return true, false
}

// freePort draws a port that nothing uses, and that neither this process nor another one has chosen for anything else.
func freePort() (int, error) {
	for range 1000 {
		port := lowestPort + rand.IntN(portRange)
		if ours, before := reserve(port); ours && !before && free(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port on loopback from %d to %d", lowestPort, lowestPort+portRange-1)
}
