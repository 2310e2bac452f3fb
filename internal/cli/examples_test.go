package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

var (
	cellInText    = regexp.MustCompile(`quick/[a-z0-9-]+/h\d+\S*?/D\d+/s\d+`)
	dataSetInText = regexp.MustCompile(`quick \w+@([a-z0-9-]+)`)
)

// TestExamplesAreOfTheQuickStudy: what help and README show of quick is there to be shown.
func TestExamplesAreOfTheQuickStudy(t *testing.T) {
	text, _ := studies.Find("quick")
	study, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]bool{}
	for _, d := range study.DataSets() {
		for _, c := range study.Cells(d.Name) {
			cells[c.String()] = true
		}
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"README.md": string(readme)}
	collectExamples(root(&console.App{}), texts)
	found := 0
	for where, text := range texts {
		for _, cell := range cellInText.FindAllString(text, -1) {
			if found++; !cells[cell] {
				t.Errorf("%s shows %s, which quick doesn't have", where, cell)
			}
		}
		for _, m := range dataSetInText.FindAllStringSubmatch(text, -1) {
			if _, ok := study.DataSet(m[1]); !ok {
				t.Errorf("%s shows %s, which quick doesn't have", where, m[1])
			}
			found++
		}
	}
	if found < 8 {
		t.Errorf("only %d examples", found)
	}
}

func collectExamples(c *cobra.Command, texts map[string]string) {
	texts[c.CommandPath()] = c.Example + c.Long
	for _, below := range c.Commands() {
		collectExamples(below, texts)
	}
}
