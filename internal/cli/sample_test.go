package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/spec"
)

const sampledStudy = `
version: 1
name: sampled
context: 64
datasets:
  - {name: g, grammar: {nonterminals: 20, terminals: 300, options: 10, length: 5, separator: reserved}, grammar_seeds: [3], sampling_seed: 5}
models: [{h: 4}]
budgets: [512]
`

// TestSampleGivesTheDocumentsOfAStudy: of the same class, seeds, separator and context.
func TestSampleGivesTheDocumentsOfAStudy(t *testing.T) {
	study, err := spec.Parse([]byte(sampledStudy))
	if err != nil {
		t.Fatal(err)
	}
	source, err := dataset.Open(context.Background(), study, study.DataSets()[0], dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var shown struct{ Grammar string }
	text := outputOf(t, "grammar", "show", "--grammar", "20,300,10,5", "--grammar-seed", "3", "--output", "json")
	if err := json.Unmarshal(text, &shown); err != nil || shown.Grammar != source.Origin().Params["grammar"] {
		t.Errorf("grammar %s, of a study %v (%v)", shown.Grammar, source.Origin().Params["grammar"], err)
	}
	const documents = 20
	same := []string{"--grammar", "20,300,10,5", "--separator", "reserved", "--grammar-seed", "3", "--seed", "5", "--context", "64", "--documents", "20"}
	for _, test := range []struct {
		want func(dst []int32, i int) ([]int32, error)
		args []string
	}{{source.Train, same}, {source.HeldOut, append(slices.Clone(same), "--held-out")}} {
		lines := strings.Split(strings.TrimSpace(string(sampled(t, test.args...))), "\n")
		if len(lines) != documents {
			t.Fatalf("%d documents", len(lines))
		}
		for i, line := range lines {
			var got struct{ Tokens []int32 }
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatal(err)
			}
			if want, err := test.want(nil, i); err != nil || !slices.Equal(got.Tokens, want) {
				t.Errorf("document %d is %v, of a study %v", i, got.Tokens, want)
			}
		}
	}
	array := sampled(t, append(same, "--format", "npy")...)
	rows := array[len(array)-4*64*documents:]
	for i := range documents {
		got := make([]int32, 64)
		if _, err := binary.Decode(rows[4*64*i:], binary.LittleEndian, got); err != nil {
			t.Fatal(err)
		}
		want, err := source.Train(nil, i)
		if err != nil {
			t.Fatal(err)
		}
		if want = append(want, slices.Repeat([]int32{-1}, 64-len(want))...); !slices.Equal(got, want) {
			t.Errorf("row %d is %v, want %v", i, got, want)
		}
	}
	if head := len(array) - len(rows); head%64 != 0 || int(binary.LittleEndian.Uint16(array[8:]))+10 != head || array[head-1] != '\n' {
		t.Errorf("a header of %d bytes: %q", head, array[:head])
	}
	var all []byte
	for i := range documents {
		doc, err := source.Train(nil, i)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range doc {
			all = binary.LittleEndian.AppendUint16(all, uint16(id))
		}
	}
	if got := sampled(t, append(same, "--format", "bin")...); !bytes.Equal(got, all) {
		t.Errorf("%d bytes back to back, want %d", len(got), len(all))
	}
}

// sampled is what ziplaw sample writes to standard output.
func sampled(t *testing.T, args ...string) []byte {
	t.Helper()
	return outputOf(t, append([]string{"sample"}, args...)...)
}

// outputOf is what a command writes to standard output.
func outputOf(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, messages bytes.Buffer
	if code := (Program{Stdout: &out, Stderr: &messages}).Main(args); code != 0 {
		t.Fatalf("exit code %d: %s", code, messages.String())
	}
	return out.Bytes()
}
