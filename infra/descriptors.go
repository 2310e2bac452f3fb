package infra

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/ziplaw/ziplaw"
)

// leastFiles is how many files a process that runs the servers has open with room to spare: 55 while two cells train.
const leastFiles = 128

// checkFiles reports a process that may open too few files. The Go runtime has raised the soft limit to the hard one.
func checkFiles() error {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil || limit.Cur >= leastFiles {
		return nil //nolint:nilerr // a system without the limit
	}
	return &ziplaw.Error{
		Code: ziplaw.CodeUsage, Message: fmt.Sprintf("this process may open %d files, and the servers need %d", limit.Cur, leastFiles),
		Hint: "raise the limit: ulimit -n 1024",
	}
}
