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

// String is the cell's id: STUDY/DATASET/h32-l1/D524288/s1.
func (c Cell) String() string {
	return fmt.Sprintf("%s/%s/%s/D%d/s%d", c.Study, c.DataSet, c.Model.Name(), c.D, c.Seed)
}

// Cells is the grid of one data set, the cells with the least compute first, so that a study shows results early and
// fails cheaply. The order is the same for everybody.
func (s Study) Cells(dataset string) []Cell {
	var cells []Cell
	for _, m := range s.Models {
		for _, d := range s.Budgets {
			for _, seed := range s.Seeds {
				cells = append(cells, Cell{Study: s.Name, DataSet: dataset, Model: m, D: d, Seed: seed})
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
	return float64(c.D) * h * (h*float64(c.Model.Layers) + 512)
}

// Documents is the number of documents that a budget of D tokens reads at a context length.
func Documents(d int64, context int) int { return int(d / int64(context)) }

// MaxBudget is the largest D of the study.
func (s Study) MaxBudget() int64 { return slices.Max(s.Budgets) }
