package spec

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// mostLost is how many of the cells that a spec would lose are named.
const mostLost = 5

// Extends says whether a study that runs can become a larger one: of the same name and recipe, with all of its cells. The error names
// what would be lost. How laws are fitted, what is kept and how urgent the study is may change.
func Extends(old, larger ziplaw.Study) error {
	if old.Name != larger.Name {
		return ziplaw.BadSpec("name", "extend a study by a spec of its own name", "is %s, and the study is %s", larger.Name, old.Name)
	}
	for _, f := range []struct {
		name     string
		was, now any
	}{
		{"context", old.Context, larger.Context},
		{"vocabulary", old.Vocabulary, larger.Vocabulary},
		{"recipe", old.Recipe, larger.Recipe},
		{"compressibility", old.Compressibility, larger.Compressibility},
		{"precision", old.Precision, larger.Precision},
		{"numerics", old.Numerics, larger.Numerics},
	} {
		if !reflect.DeepEqual(f.was, f.now) {
			return ziplaw.BadSpec(f.name, "leave it as it is, or give the study another name", "differs from that of the running study: all its %d cells would be lost",
				len(old.DataSets())*old.Grid().Size())
		}
	}
	lost := lostCells(old, larger)
	if len(lost) == 0 {
		return nil
	}
	text := strings.Join(lost[:min(len(lost), mostLost)], ", ")
	if len(lost) > mostLost {
		text += fmt.Sprintf(" and %d others", len(lost)-mostLost)
	}
	return ziplaw.BadSpec("", "keep all data sets, models, budgets and seeds of the study, and add to them", "the study would lose %d cells: %s", len(lost), text)
}

// lostCells are the cells of a study that another spec doesn't have.
func lostCells(old, larger ziplaw.Study) (lost []string) {
	for _, d := range old.DataSets() {
		now, found := larger.DataSet(d.Name)
		same := found && reflect.DeepEqual(d, now)
		for _, c := range old.Cells(d.Name) {
			if kept, ok := larger.Cell(d.Name, c.Name()); !same || !ok || kept != c {
				lost = append(lost, c.String())
			}
		}
	}
	return lost
}
