//go:build real

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw/infra/infratest"
)

// demo is the study of docs/operations.md: two short cells, and two that train for seconds.
const demo = `
version: 1
name: demo
context: 64
datasets:
  - {name: a, grammar: {nonterminals: 10, terminals: 150, options: 5, length: 3}}
models: [{h: 4, layers: 1, heads: 1}, {h: 64, layers: 1, heads: 1}]
budgets: [4096, 1572864]
seeds: [1]
recipe: {batch: 2, lr: {base: 0.2, scale: inverse_width, max: 0.02}, held_out: 16}
fit: {resamples: 10, tie: [alpha=beta]}
`

// blocks are the lines of a page that a shell runs.
var blocks = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestRealOperations runs the lines of docs/operations.md in one shell, on a running ziplaw up.
func TestRealOperations(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	home, programs := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"study.yaml": demo, "larger.yaml": strings.Replace(demo, "[4096, ", "[4096, 8192, ", 1)} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, program := range map[string]string{"ziplaw": self, "temporal": infratest.Tool(t, "temporal"), "tctl": infratest.Tool(t, "tctl")} {
		if err := os.Symlink(program, filepath.Join(programs, name)); err != nil {
			t.Fatal(err)
		}
	}
	f := folder{t, filepath.Join(home, ".ziplaw")}
	f.up()
	script := "set -eux\n"
	for _, block := range blocks.FindAllSubmatch(page, -1) {
		script += string(block[1])
	}
	cmd := exec.Command("bash", "-c", script)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), asZiplaw+"=1", "HOME="+home, "PATH="+programs+":"+os.Getenv("PATH"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &out, time.Minute
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	t.Logf("%s", time.Since(began).Round(time.Second))
	for _, want := range []string{"demo is paused with", "demo has 6 cells in 1 data sets now", "demo is canceled", "6 of 6 done"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing says %q\n%s", want, out.String())
		}
	}
}
