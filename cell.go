package ziplaw

import (
	"cmp"
	"fmt"
	"slices"
)

// Cell is one training run of a study's grid.
type Cell struct {
	Study   string `json:"study"`
	DataSet string `json:"dataset"`
	Model   Model  `json:"model"`
	D       int64  `json:"d"`    // tokens, padding included
	Seed    int64  `json:"seed"` // training seed
}

// CellName names a cell within its data set. It stays when the study's grid grows or shrinks.
type CellName struct {
	Model string `json:"model"` // Model.Name
	D     int64  `json:"d"`
	Seed  int64  `json:"seed"`
}

// String is the end of the cell's id: h32-l1/D524288/s1.
func (n CellName) String() string { return fmt.Sprintf("%s/D%d/s%d", n.Model, n.D, n.Seed) }

// Name is the cell's name within its data set.
func (c Cell) Name() CellName { return CellName{Model: c.Model.Name(), D: c.D, Seed: c.Seed} }

// String is the cell's id: STUDY/DATASET/h32-l1/D524288/s1.
func (c Cell) String() string { return CellID(c.Study, c.DataSet, c.Name()) }

// CellID is the id of a cell of a study's data set.
func CellID(study, dataset string, n CellName) string {
	return study + "/" + dataset + "/" + n.String()
}

// Grid is the axes of a study's cells.
type Grid struct {
	Models  []Model `json:"models"`
	Budgets []int64 `json:"budgets"`
	Seeds   []int64 `json:"seeds"`
}

// Grid is the grid of every data set of the study.
func (s Study) Grid() Grid { return Grid{Models: s.Models, Budgets: s.Budgets, Seeds: s.Seeds} }

// Size is the number of cells of one data set.
func (g Grid) Size() int { return len(g.Models) * len(g.Budgets) * len(g.Seeds) }

// Cell finds a cell of a data set by its name.
func (s Study) Cell(dataset string, name CellName) (Cell, bool) {
	for _, m := range s.Models {
		if m.Name() == name.Model && slices.Contains(s.Budgets, name.D) && slices.Contains(s.Seeds, name.Seed) {
			return Cell{Study: s.Name, DataSet: dataset, Model: m, D: name.D, Seed: name.Seed}, true
		}
	}
	return Cell{}, false
}

// Cells are the cells of one data set, those with the least compute first, so that a study shows results early and fails
// cheaply. The order is the same for everybody.
func (s Study) Cells(dataset string) []Cell { return s.Grid().Cells(s.Name, dataset) }

// Cells are the cells of one data set of a study, in the order of Study.Cells.
func (g Grid) Cells(study, dataset string) []Cell {
	cells := make([]Cell, 0, g.Size())
	for _, m := range g.Models {
		for _, d := range g.Budgets {
			for _, seed := range g.Seeds {
				cells = append(cells, Cell{Study: study, DataSet: dataset, Model: m, D: d, Seed: seed})
			}
		}
	}
	slices.SortStableFunc(cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.work(), b.work()), cmp.Compare(a.D, b.D), cmp.Compare(a.Model.H, b.Model.H))
	})
	return cells
}

// work orders cells by the compute of their layers and of a classifier of middling size; only the order matters.
func (c Cell) work() float64 {
	h := float64(c.Model.H)
	return float64(c.D) * h * (float64(h*float64(c.Model.Layers)) + 512)
}

// Documents is the number of documents that a budget of D tokens reads at a context length.
func Documents(d int64, context int) int { return int(d / int64(context)) }

// MaxBudget is the largest D of the study.
func (s Study) MaxBudget() int64 { return slices.Max(s.Budgets) }
