// Command ziplaw runs scaling-law studies over compressible data. See ziplaw help.
package main

import (
	"os"

	"github.com/ziplaw/ziplaw/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
