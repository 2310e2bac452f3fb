// Command ziplaw runs scaling-law studies over compressible data. See ziplaw help.
package main

import (
	"context"
	"os"

	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/internal/cli"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func main() {
	os.Exit(cli.Program{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Servers: openServers}.Main(os.Args[1:]))
}

func openServers(ctx context.Context, o console.ServerOptions) (console.Servers, error) {
	s, err := infra.Open(ctx, infra.Options(o))
	if err != nil {
		return nil, err
	}
	return s, nil
}
