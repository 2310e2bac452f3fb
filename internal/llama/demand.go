package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// Groups of a model's buffers, as places in its demand.
const (
	matrices = iota // of the parameters; of the others too, which are as large
	norms
	matrixGradients
	normGradients
	matrixMeans
	normMeans
	matrixVariances
	normVariances
	activationGroup
	statisticGroup
	lossGroup
	constantGroup
)

// Demand is what training with a batch of documents holds on its device.
func (c Config) Demand(batch int) kernel.Demand {
	rows := batch * c.Context
	m, n := c.sizes()
	group := func(kind kernel.Kind, sizes []int) kernel.Group { return kernel.Group{Kind: kind, Sizes: sizes} }
	d := kernel.Demand{Shape: kernel.Shape{AttentionShape: c.shape(batch), Intermediate: c.Intermediate, Vocab: c.Vocab}}
	for _, kind := range []kernel.Kind{kernel.Parameter, kernel.Gradient, kernel.Moment, kernel.Moment} {
		d.Groups = append(d.Groups, group(kind, m), group(kind, n))
	}
	angles := c.Context * (c.Hidden / c.Heads / 2)
	d.Groups = append(d.Groups,
		group(kernel.Activation, times(c.activationWidths(), rows)), group(kernel.Statistic, times(c.statisticWidths(), rows)),
		group(kernel.Loss, []int{rows, 1, lossSlots}), group(kernel.Constant, []int{angles, angles, stepFactors}))
	d.IDs = []kernel.Group{group(kernel.Token, []int{rows}), group(kernel.Label, []int{rows})}
	return d
}

// sizes are those of the matrices and of the norms' weights, together the order of Tensors.
func (c Config) sizes() (two, one []int) {
	for _, t := range c.Tensors() {
		if len(t.Shape) == 1 {
			one = append(one, t.Len())
		} else {
			two = append(two, t.Len())
		}
	}
	return two, one
}

// activationWidths are the columns of the activations, in the order in which newActivations takes them.
func (c Config) activationWidths() []int {
	var w []int
	for range c.Layers {
		w = append(w, c.Hidden, 3*c.Hidden, c.Hidden, c.Hidden, 2*c.Intermediate)
	}
	work, wide := max(c.Hidden, c.Intermediate), max(3*c.Hidden, 2*c.Intermediate)
	return append(w, c.Hidden, c.Hidden, c.Hidden, c.Hidden, c.Intermediate, work, wide)
}

// statisticWidths are the numbers of each row, in the order in which newActivations takes them.
func (c Config) statisticWidths() []int {
	var w []int
	for range c.Layers {
		w = append(w, 1, 2*c.Heads, 1)
	}
	return append(w, 1)
}

func times(widths []int, rows int) []int {
	sizes := make([]int, len(widths))
	for i, w := range widths {
		sizes[i] = w * rows
	}
	return sizes
}
