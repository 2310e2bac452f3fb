package cli

import (
	"context"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"ziplaw": func() { os.Exit(ziplawOn(os.Stdin, os.Stdout, os.Stderr).Main(os.Args[1:])) },
	})
}

// ziplawOn is ziplaw with the servers of this machine.
func ziplawOn(stdin io.Reader, stdout, stderr io.Writer) Program {
	return Program{Stdin: stdin, Stdout: stdout, Stderr: stderr, Servers: func(ctx context.Context, o console.ServerOptions) (console.Servers, error) {
		s, err := infra.Open(ctx, infra.Options(o))
		if err != nil {
			return nil, err
		}
		return s, nil
	}}
}

// tests are the tests of the package, with what is left to stop after them.
type tests struct{ *testing.M }

func (t tests) Run() int {
	flag.Parse()
	// Scripts wait for servers most of the time.
	_ = flag.Set("test.parallel", "4")
	code := t.M.Run()
	infratest.Stop()
	ready.stop()
	return code
}
