package bench

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
	pytorch "github.com/ziplaw/ziplaw/internal/llama/bench"
)

var trainScript = Script{"train.py", pytorch.Script, "pip install torch numpy"}

// trainCase is training steps of one model: of one run with all threads, or of runs with a thread each, side by side.
type trainCase struct {
	config  llama.Config
	batch   int
	copies  int
	threads int // of each copy
	name    string
}

// trainCases are steps of models of the paper's shape, with a vocabulary of a grammar's size, and with the paper's own,
// and of cells as small as those of quick studies.
func trainCases(o Options, p *Python) (cases []Case) {
	whole := func(name string, h, layers, vocab int) {
		cases = append(cases, trainCase{model(h, layers, vocab), wholeBatch, 1, o.Threads, name}.of(p))
	}
	whole("", 64, 2, 512)
	whole("", 128, 4, 512)
	whole("", 256, 6, 512)
	whole("4.2M ", 64, 2, paperVocabulary)
	whole("8.8M ", 128, 4, paperVocabulary)
	if o.All {
		whole("20.3M ", 256, 6, paperVocabulary)
		whole("59M ", 512, 10, paperVocabulary)
	}
	for _, c := range smallCells(o.All) {
		c.copies, c.threads = o.Threads, 1
		cases = append(cases, c.of(p))
	}
	return cases
}

const (
	wholeBatch      = 32
	paperVocabulary = 32001
)

// smallCells are of a thread each. A few of them show how all do; compiling the others in PyTorch takes minutes.
func smallCells(all bool) (cells []trainCase) {
	for _, h := range []int{4, 8, 16, 32, 64} {
		for _, layers := range []int{1, 2} {
			for _, batch := range []int{2, 4} {
				few := h != 8 && h != 32 && 2*layers == batch
				if all || few {
					cells = append(cells, trainCase{config: model(h, layers, 300), batch: batch, name: "cells "})
				}
			}
		}
	}
	return cells
}

// model has heads of 64, or one where it is narrower.
func model(h, layers, vocab int) llama.Config {
	return llama.Config{Vocab: vocab, Hidden: h, Intermediate: 2 * h, Layers: layers, Heads: max(1, h/64), Context: 256}
}

func (t trainCase) work() string {
	c := t.config
	return fmt.Sprintf("train %sh%d l%d V%d batch %d", t.name, c.Hidden, c.Layers, c.Vocab, t.batch)
}

// of is the case with PyTorch as its peer, eager and compiled.
func (t trainCase) of(p *Python) Case {
	tokens := float64(t.batch * t.config.Context)
	c := Case{
		Work: t.work(), Unit: "tokens/s", Amount: tokens, FLOPs: tokens * t.config.FLOPsPerToken(), Threads: t.copies * t.threads,
		Ours: t.ours,
	}
	for _, how := range []string{"eager", "compiled"} {
		c.Peers = append(c.Peers, p.Peer(trainScript, how, t.copies, t.threads, map[string]any{
			"config": t.config, "batch": t.batch, "threads": t.threads, "parameters": t.config.Params(), "compiled": how == "compiled",
		}))
	}
	return c
}

// ours is trainers that share nothing. The first tells where the time goes.
func (t trainCase) ours() (Side, error) {
	s := &trainers{}
	for range t.copies {
		b := newStopwatch(kernel.NewCPU(t.threads))
		s.backends = append(s.backends, b)
		trainer, err := llama.New(t.config, llama.Recipe{
			Batch: t.batch, AdamW: llama.AdamWTorch, LearningRate: 1e-4, Schedule: llama.ScheduleConstant, PadTargets: llama.PadMasked,
		}, b, 1, newEndless(t.config, 4*t.batch))
		if err != nil {
			s.Close()
			return nil, err
		}
		s.copies = append(s.copies, func() error { return b.step(func() error { return step(trainer) }) })
	}
	return s, nil
}

// step takes a step to its end.
func step(t *llama.Trainer) error {
	if err := t.Step(); err != nil {
		return err
	}
	return t.Sync()
}

// trainers is ziplaw's side of training.
type trainers struct {
	calls
	backends []*stopwatch
}

// Close frees what the trainers hold.
func (s *trainers) Close() {
	for _, b := range s.backends {
		_ = b.Close()
	}
}

// Restart forgets the steps so far.
func (s *trainers) Restart() { s.backends[0].restart() }

// Profile is of the first trainer's steps.
func (s *trainers) Profile() []Operation { return s.backends[0].profile() }

// endless is documents of full length, a few in turns, more than any run here reads.
type endless [][]int32

func newEndless(c llama.Config, n int) endless {
	docs := make(endless, n)
	x := uint64(1)
	for i := range docs {
		docs[i] = make([]int32, c.Context)
		for j := range docs[i] {
			x = x*6364136223846793005 + 1442695040888963407
			docs[i][j] = int32((x >> 33) % uint64(c.Vocab))
		}
	}
	return docs
}

// Len is more than any run reads.
func (e endless) Len() int { return 1 << 24 }

// Document is one of the few.
func (e endless) Document(i int) ([]int32, error) { return e[i%len(e)], nil }
