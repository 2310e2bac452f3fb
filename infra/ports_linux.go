package infra

import (
	"fmt"
	"io"
	"net"
)

// holdPort reserves a port among ziplaw's processes, until the process ends: by the name of an abstract socket, which belongs to the same
// network namespace as the port.
func holdPort(port int) (io.Closer, error) {
	return net.Listen("unix", fmt.Sprintf("@ziplaw/port/%d", port))
}
