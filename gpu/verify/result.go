package verify

import (
	"encoding/json"
	"os"
	"time"
)

// State is how a part, or one of its checks, ended.
type State string

// States.
const (
	Passed   State = "passed"
	Failed   State = "failed"
	LeftOut  State = "left_out"  // the reason says why
	TimedOut State = "timed_out" // its time box was over, and its process was ended
)

// Word is the state as readers see it.
func (s State) Word() string {
	switch s {
	case LeftOut:
		return "left out"
	case TimedOut:
		return "timed out"
	}
	return string(s)
}

// Result is a run, as result.json has it.
type Result struct {
	Program  string       `json:"program"` // version of ziplaw-cuda
	Started  time.Time    `json:"started"`
	Seconds  float64      `json:"seconds"`
	Limit    float64      `json:"limit_seconds"`
	Small    bool         `json:"small"`    // sizes for the emulated driver
	Complete bool         `json:"complete"` // the run came to its end; not that every part ran
	State    State        `json:"state"`    // passed: every part; failed: any; otherwise left_out
	Device   string       `json:"device"`   // its name, empty where none was found
	Parts    []PartResult `json:"parts"`
}

// PartResult is what a part found.
type PartResult struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	State   State    `json:"state"`
	Reason  string   `json:"reason"` // why it hasn't passed
	Seconds float64  `json:"seconds"`
	Box     float64  `json:"box_seconds"` // the time that it was given
	Figures []Figure `json:"figures"`
	Checks  []Check  `json:"checks"`
	Output  string   `json:"output,omitempty"` // the end of what a process that failed has printed

	// of a part that works through items, while it does: the name of the present one, and where the next one is
	Doing string `json:"doing,omitempty"`
	Next  int    `json:"next,omitempty"`
}

// Figure is something measured or read: a number with its unit, or a text.
type Figure struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
	Unit  string `json:"unit,omitempty"`
}

// Check is one claim, and whether it holds.
type Check struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	Detail string `json:"detail,omitempty"`
}

// Figure is the value of a figure, nil where the part hasn't it.
func (p PartResult) Figure(name string) any {
	for _, f := range p.Figures {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// Failed counts checks that don't hold.
func (p PartResult) Failed() (n int) {
	for _, c := range p.Checks {
		if c.State == Failed {
			n++
		}
	}
	return n
}

// writeJSON replaces a file.
func writeJSON(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return replace(name, append(b, '\n'))
}

// replace leaves the old file or the new one, whatever ends the process.
func replace(name string, content []byte) error {
	next := name + ".new"
	if err := os.WriteFile(next, content, 0o644); err != nil {
		return err
	}
	return os.Rename(next, name)
}

func readJSON(name string, v any) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}
