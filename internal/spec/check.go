package spec

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// maxCells bounds a study's grid. The history of a workflow and the report stay readable well below it.
const maxCells = 100_000

// checker finds what a schema can't say: how a study's parts fit together.
type checker struct {
	ziplaw.Study
	problems []*ziplaw.Error
}

// check is everything wrong with a study whose parts are right by themselves.
func check(s ziplaw.Study) []*ziplaw.Error {
	c := &checker{Study: s}
	c.checkDataSets()
	c.checkModels()
	c.checkBudgets()
	c.checkRecipe()
	c.checkCells()
	c.checkRegress()
	c.checkNumerics()
	c.checkConversion()
	return c.problems
}

func (c *checker) add(field, hint, format string, args ...any) {
	c.problems = append(c.problems, ziplaw.BadSpec(field, hint, format, args...))
}

// checkNumerics holds that somebody computes in the precision: CPUs in float32, CUDA devices in either, and an id in the one it names.
func (c *checker) checkNumerics() {
	named := ziplaw.PrecisionOf(c.Numerics)
	switch {
	case named != ziplaw.PrecisionFloat32 && named != ziplaw.PrecisionTF32:
		c.add("numerics", "float32 or tf32 in its place, as ziplaw-cuda devices prints it", "names the precision %s, in which no device computes", named)
	case named == c.Precision, c.Numerics == ziplaw.NumericsCUDA:
	case c.Numerics == ziplaw.NumericsCPU:
		c.add("precision", "numerics: cuda beside it, or leave it out", "%s is of CUDA devices, where numerics is cpu", c.Precision)
	default:
		c.add("precision", "leave one of them out", "%s, where numerics names %s", c.Precision, named)
	}
}

// checkConversion holds that checkpoints are converted from another arithmetic.
func (c *checker) checkConversion() {
	if c.ConvertFrom != "" && c.ConvertFrom == c.Numerics {
		c.add("convert_from", "leave it out: a cell goes on from its own checkpoints anyway", "is the study's own arithmetic")
	}
}

func (c *checker) checkRecipe() {
	lr := c.Recipe.LR
	if lr.Base == unset {
		c.add("recipe.lr.base", "for example base: 0.001", "missing where scale is none")
	}
	if c.Recipe.HeldOut < 1 && c.Fit.Final == "validation" {
		c.add("recipe.held_out", "at least 1, or fit.final: last", "%d documents held out leave no validation loss to fit", c.Recipe.HeldOut)
	}
}

func (c *checker) checkCells() {
	sets := 0
	for _, d := range c.Datasets {
		sets += max(1, len(d.GrammarSeeds))
	}
	cells := float64(sets) * float64(len(c.Models)) * float64(len(c.Budgets)) * float64(len(c.Seeds))
	if cells > maxCells {
		c.add("", fmt.Sprintf("at most %d: split the study", maxCells), "%d data sets x %d models x %d budgets x %d seeds are %.0f cells",
			sets, len(c.Models), len(c.Budgets), len(c.Seeds), cells)
	}
}
