package cli

import (
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ziplaw/ziplaw/infra/infratest"
)

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"ziplaw": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
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
