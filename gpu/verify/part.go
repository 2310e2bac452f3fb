package verify

import (
	"slices"
	"time"
)

// Part is one thing that a run looks at.
type Part struct {
	Name  string // stable; in result.json, and on the command line of its process
	Title string
	// Box is the most time that it is given. Parts take far less on a device that works.
	Box time.Duration
	// Measures says that it only measures: no time for it is nothing against the device.
	Measures bool

	run func(*work) error
}

// Parts are those of a run, in their order.
func Parts() []Part {
	parts := []Part{
		{Name: "device", Title: "The device and the machine", Box: 45 * time.Second, run: describe},
		{Name: "conformance", Title: "Operations against float64 references", Box: 60 * time.Second, run: conform},
		{Name: "hashes", Title: "Operations against the CPU and the emulated driver, bit by bit", Box: 60 * time.Second, run: compareHashes},
		{Name: "fixture", Title: "Training against Hugging Face transformers", Box: 30 * time.Second, run: compareFixture},
		{Name: "steps", Title: "Ten steps against the CPU", Box: 60 * time.Second, run: compareSteps},
		{Name: "repeat", Title: "The same run twice", Box: 45 * time.Second, run: repeat},
		{Name: "graphs", Title: "Steps as graphs against single launches", Box: 45 * time.Second, run: compareWays},
		{Name: "resume", Title: "A run that is killed and resumed", Box: 60 * time.Second, run: resumed.killAndResume},
	}
	return slices.Concat(parts, tensorParts(), throughputParts(throughputName, Graphs), throughputParts(tensorThroughputName, TensorGraphs))
}

// helpers run in processes that parts start.
func helpers() []Part {
	var parts []Part
	for _, r := range []resumption{resumed, resumedInTF32} {
		parts = append(parts, Part{Name: r.helper, run: r.trainToTheEnd})
	}
	return parts
}

// result is that of a part that hasn't found anything yet.
func (p Part) result(s State, reason string) PartResult {
	return PartResult{Name: p.Name, Title: p.Title, State: s, Reason: reason, Figures: []Figure{}, Checks: []Check{}}
}
