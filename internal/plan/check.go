package plan

import (
	"context"
	"errors"
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// Plan is a study that can run: its data is there and fits, and its cells are known.
type Plan struct {
	Study ziplaw.Study
	// Version is the digest of the spec and of what its data sets come from; empty where the spec leaves the kind of device open.
	Version  ziplaw.Key
	DataSets []DataSet
	// Store is the bytes that the study leaves on the servers, and Checkpoints those of its largest cell while it trains.
	Store, Checkpoints int64
	Warnings           []ziplaw.Warning
}

// Room is what a study may take; zero values are what nobody knows.
type Room struct {
	// Capacity is the bytes that the store can still take.
	Capacity func() (int64, error)
	// Memory is the bytes that the cells of one worker may take at once, or the cell of one CUDA device.
	Memory int64
	// Files say how data sets of files are opened.
	Files dataset.Options
}

// DataSet is a data set that has been looked at.
type DataSet struct {
	ziplaw.DataSet
	Source     dataset.Source
	Vocabulary int // ids of the models
	// Repeated counts held-out documents that are in the training documents, once CompareHeldOut has looked for them.
	Repeated corpus.Repeated
}

// Check looks at everything that a study needs before anything runs. Problems of the spec are *ziplaw.Error with the
// field, all of them joined.
func Check(ctx context.Context, s ziplaw.Study, room Room) (*Plan, error) {
	p := &Plan{Study: s, Warnings: spec.Warnings(s)}
	var (
		problems []error
		origins  []map[string]any
	)
	for _, d := range s.DataSets() {
		src, err := dataset.Open(ctx, s, d, room.Files)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		origins = append(origins, src.Origin().Params)
		v := dataset.NewVocabulary(s, src.Vocabulary())
		p.DataSets = append(p.DataSets, DataSet{DataSet: d, Source: src, Vocabulary: v.Size})
		p.Warnings = append(p.Warnings, filesWarnings(d.Name, src)...)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if err := p.fitsKernels(); err != nil {
		return nil, err
	}
	if err := p.FitsMemory(room.Memory); err != nil {
		return nil, err
	}
	if err := p.fits(room.Capacity); err != nil {
		return nil, err
	}
	if !s.Pinned() {
		return p, nil
	}
	var err error
	p.Version, err = actions.StudyVersion(s, origins)
	return p, err
}

// CompareHeldOut looks for the held-out documents of files in the training documents, which reads the files once more, and warns
// of those that it finds.
func (p *Plan) CompareHeldOut(ctx context.Context) error {
	for i := range p.DataSets {
		d := &p.DataSets[i]
		var err error
		if d.Repeated, err = dataset.Repeated(ctx, p.Study, d.DataSet, d.Source); err != nil {
			return err
		}
		p.Warnings = append(p.Warnings, repeatedWarnings(d.Name, d.Repeated)...)
	}
	return nil
}

// fitsKernels refuses models that the kernels of CUDA devices have no room for.
func (p *Plan) fitsKernels() error {
	if !p.Study.OnCUDA() {
		return nil
	}
	if err := p.fitsSides(); err != nil {
		return err
	}
	for i, m := range p.Study.Models {
		if size := m.H / m.Heads; size > gpu.LargestHead {
			return ziplaw.BadSpec(fmt.Sprintf("models[%d].heads", i), fmt.Sprintf("at least %d heads", (m.H+gpu.LargestHead-1)/gpu.LargestHead),
				"heads of %d columns; CUDA devices take at most %d", size, gpu.LargestHead)
		}
	}
	return nil
}

// fitsSides bounds the sides of all matrices.
func (p *Plan) fitsSides() error {
	refuse := func(field, what string, n int) error {
		if n <= gpu.LongestSide {
			return nil
		}
		return ziplaw.BadSpec(field, "less", "%s %d; CUDA devices take at most %d", what, n, gpu.LongestSide)
	}
	errs := []error{refuse("recipe.batch", "positions of a batch:", p.Study.Recipe.Batch*p.Study.Context)}
	for i, m := range p.Study.Models {
		field := fmt.Sprintf("models[%d]", i)
		errs = append(errs, refuse(field+".h", "columns of queries, keys and values:", 3*m.H), refuse(field+".intermediate", "columns of gate and up:", 2*m.Intermediate))
	}
	for _, d := range p.DataSets {
		errs = append(errs, refuse("vocabulary", "ids of data set "+d.Name+":", d.Vocabulary))
	}
	return errors.Join(errs...)
}

// FitsMemory refuses cells that no worker, or no device, with so much memory can train; 0 is any.
func (p *Plan) FitsMemory(most int64) error {
	if most <= 0 {
		return nil
	}
	for i, m := range p.Study.Models {
		for _, d := range p.DataSets {
			need := Bytes(p.Study, Config(p.Study, ziplaw.Cell{Model: m}, d.Vocabulary))
			if need <= most {
				continue
			}
			hint, what := "raise --memory, or make the model or the batch smaller", "cells may take"
			if p.Study.OnCUDA() {
				hint, what = "make the model or the batch smaller, or take a device with more memory", "the device has"
			}
			return ziplaw.BadSpec(fmt.Sprintf("models[%d]", i), hint, "training %s on data set %s takes %s, and %s %s", m.Name(), d.Name,
				humanize.IBytes(uint64(need)), what, humanize.IBytes(uint64(most)))
		}
	}
	return nil
}

// fits compares what the study leaves in the store with what the store can take.
func (p *Plan) fits(capacity func() (int64, error)) error {
	sets := int64(len(p.DataSets))
	p.Store = bytesOfServers + bytesOfDataSet*sets + bytesOfCell*sets*int64(p.Study.Grid().Size())
	for _, d := range p.DataSets {
		p.Store += p.store(d)
		p.Checkpoints = max(p.Checkpoints, p.checkpoints(d))
	}
	if capacity == nil {
		return nil
	}
	free, err := capacity()
	if err != nil {
		return err
	}
	room := humanize.IBytes(uint64(max(0, free)))
	if p.Store > free {
		return ziplaw.BadSpec("budgets", "free space, lower the budgets, or set keep_models: false",
			"the study leaves %s in the store, which has room for %s", humanize.IBytes(uint64(p.Store)), room)
	}
	if p.Store+p.Checkpoints > free {
		p.Warnings = append(p.Warnings, ziplaw.Warning{Code: "no_room_for_checkpoints", Message: fmt.Sprintf(
			"the store has room for %s, and the checkpoints of the largest cell take %s: killed, it may start over",
			room, humanize.IBytes(uint64(p.Checkpoints)))})
	}
	return nil
}

// store is the bytes that a data set and its cells leave: documents of at most 4 bytes an id with their digests, the
// loss of every step, and the models that are kept.
func (p *Plan) store(d DataSet) int64 {
	s := p.Study
	width := int64(2)
	if max(d.Vocabulary, s.Context) >= 1<<16 {
		width = 4
	}
	documents := int64(dataset.Pool(s, d.Source.Len()) + s.Recipe.HeldOut)
	bytes := documents * (width*int64(s.Context+1) + 32)
	for _, c := range s.Cells(d.Name) {
		bytes += 4 * int64(Steps(s, c))
		if s.KeepModels {
			bytes += 4 * int64(Config(s, c, d.Vocabulary).Params())
		}
	}
	return bytes
}

// What the servers of one machine take beside the bytes of artifacts. The small study, of 192 cells on 6 data sets, leaves 10 MB
// of blocks and folders in the store and 1.5 MB in Temporal's database, whose log of writes grows to 4.3 MB. 2,000 data sets of
// one cell leave 400 MB.
const (
	bytesOfServers = 8 << 20
	bytesOfDataSet = 128 << 10
	bytesOfCell    = 64 << 10
)

// KeptCheckpoints is how many checkpoints of an attempt stay: the newest, and one before it in case it is damaged.
const KeptCheckpoints = 2

// checkpoints is the bytes of the largest cell's checkpoints: those that are kept and the one that is being written,
// each with the parameters and both moments.
func (p *Plan) checkpoints(d DataSet) (most int64) {
	for _, c := range p.Study.Cells(d.Name) {
		most = max(most, (KeptCheckpoints+1)*3*4*int64(Config(p.Study, c, d.Vocabulary).Params()))
	}
	return most
}

// Steps is the number of steps of a cell; the last may be of fewer documents.
func Steps(s ziplaw.Study, c ziplaw.Cell) int {
	documents := ziplaw.Documents(c.D, s.Context)
	return (documents + s.Recipe.Batch - 1) / s.Recipe.Batch
}
