// Command ziplaw-worker works on ziplaw's studies for servers that run elsewhere. It is ziplaw worker --connect in a program that
// has no servers of its own. See ziplaw-worker help.
package main

import (
	"os"

	"github.com/ziplaw/ziplaw/internal/cli"
)

func main() {
	os.Exit(cli.Program{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}.MainWorker(os.Args[1:]))
}
