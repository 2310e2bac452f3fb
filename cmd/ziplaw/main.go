// Command ziplaw runs scaling-law studies over compressible data. See ziplaw help.
package main

import (
	"context"
	"os"

	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/internal/cli"
)

func main() {
	os.Exit(cli.Program{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Servers: openServers}.Main(os.Args[1:]))
}

func openServers(ctx context.Context, o cli.ServerOptions) (cli.Servers, error) {
	s, err := infra.Open(ctx, infra.Options(o))
	if err != nil {
		return nil, err
	}
	return s, nil
}
