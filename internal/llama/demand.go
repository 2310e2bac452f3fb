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

// Demand is what training with a batch of documents holds on a device, which takes it in micro-batches.
func (c Config) Demand(batch int, device kernel.Batcher) kernel.Demand {
	all := batch * c.Context
	m, n := c.sizes()
	group := func(kind kernel.Kind, sizes []int) kernel.Group { return kernel.Group{Kind: kind, Sizes: sizes} }
	d := kernel.Demand{Splits: device.Splits(c.shapes(batch))}
	for _, kind := range []kernel.Kind{kernel.Parameter, kernel.Gradient, kernel.Moment, kernel.Moment} {
		d.Groups = append(d.Groups, group(kind, m), group(kind, n))
	}
	angles := c.Context * (c.Hidden / c.Heads / 2)
	var activations, statistics []int
	for _, documents := range kernel.LaneDocuments(d.Splits) {
		rows := documents * c.Context
		d.Lanes = append(d.Lanes, c.shapes(documents))
		activations = append(activations, times(c.activationWidths(), rows)...)
		statistics = append(statistics, c.statisticSizes(rows, device.AttentionStats(c.shape(documents)))...)
	}
	d.Groups = append(d.Groups, group(kernel.Activation, activations), group(kernel.Statistic, statistics),
		group(kernel.Loss, []int{all, 1, lossSlots}), group(kernel.Constant, []int{angles, angles, stepFactors}))
	d.IDs = []kernel.Group{group(kernel.Token, []int{all}), group(kernel.Label, []int{all})}
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

// statisticSizes are those of a micro-batch, in the order in which newActivations takes them.
func (c Config) statisticSizes(rows, attention int) []int {
	var sizes []int
	for range c.Layers {
		sizes = append(sizes, rows, attention, rows)
	}
	return append(sizes, rows)
}

func times(widths []int, rows int) []int {
	sizes := make([]int, len(widths))
	for i, w := range widths {
		sizes[i] = w * rows
	}
	return sizes
}
