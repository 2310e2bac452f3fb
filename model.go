package ziplaw

import "fmt"

// Model is the shape of a Llama model (the paper, table 6).
type Model struct {
	H            int `json:"h"` // hidden size
	Layers       int `json:"layers"`
	Heads        int `json:"heads"`
	Intermediate int `json:"intermediate"` // width of the feed-forward part
}

// DefaultHeads gives heads of size min(64, h), as the reference code does.
func DefaultHeads(h int) int { return h / max(1, min(64, h)) }

// DefaultIntermediate is twice the hidden size, as in the reference code.
func DefaultIntermediate(h int) int { return 2 * h }

// Name is the model's name in cell ids: h32-l1, with the heads (a) and the intermediate size (i) where they are not
// the defaults for the width.
func (m Model) Name() string {
	name := fmt.Sprintf("h%d-l%d", m.H, m.Layers)
	if m.Heads != DefaultHeads(m.H) {
		name += fmt.Sprintf("-a%d", m.Heads)
	}
	if m.Intermediate != DefaultIntermediate(m.H) {
		name += fmt.Sprintf("-i%d", m.Intermediate)
	}
	return name
}
