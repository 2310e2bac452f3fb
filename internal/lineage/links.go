package lineage

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// checkLinks checks that each record's key holds what the records and artifacts that it names are.
func (c *checker) checkLinks(context.Context) error {
	samples, readings := map[ziplaw.ArtifactID]*sampled{}, map[readingOf]string{}
	for _, id := range c.order {
		rec := c.records[id]
		if rec.Action == actionSample {
			samples[id] = c.checkSample(id, rec)
		}
	}
	for _, id := range c.order {
		switch rec := c.records[id]; rec.Action {
		case actionCompress:
			c.checkCompress(id, rec)
		case actionTrain:
			sample, _ := rec.Input(roleSample)
			c.checkReading(id, rec, sample, samples[sample], readings)
		case actionFit:
			c.checkFit(id, rec)
		case actionRegress:
			c.checkRegress(id, rec)
		}
	}
	return nil
}

// sampled is what a data set's cells read.
type sampled struct {
	manifest dataset.Manifest
	digests  dataset.Digests
}

// checkSample checks that a data set's manifest, shards, digests and origin are one. It returns the data set for the
// checks of its cells; nil where something is wrong.
func (c *checker) checkSample(id ziplaw.ArtifactID, rec ziplaw.Record) *sampled {
	c.checkOrigin(id, rec)
	manifest, _ := rec.Output(roleManifest)
	digests, _ := rec.Output(roleDigests)
	if c.bytes[manifest] == nil || c.bytes[digests] == nil {
		return nil // reported as bad
	}
	var m dataset.Manifest
	if err := json.Unmarshal(c.bytes[manifest], &m); err != nil {
		c.add(Problem{ID: string(manifest), Problem: "is no manifest: " + err.Error(), State: Tampered, Role: roleManifest, Label: c.names.known[id]})
		return nil
	}
	origin, _ := rec.Input(roleOrigin)
	d, err := dataset.NewDigests(c.bytes[digests], m)
	if err != nil || m.Digests != digests || m.Origin != origin {
		c.tampered(id, "its manifest %s doesn't belong to its documents", manifest)
		return nil
	}
	if !c.checkShards(id, rec, m, c.bytes[digests]) {
		return nil
	}
	return &sampled{m, d}
}

// checkOrigin checks that the origin is the one in the record's key: the digest of the grammar or of the listing.
func (c *checker) checkOrigin(id ziplaw.ArtifactID, rec ziplaw.Record) {
	src := sourceOf(rec)
	if origin, found := rec.Input(roleOrigin); found && origin.Hex() != src.Grammar+src.Files {
		c.tampered(id, "its key is that of the origin sha256:%s, but it names %s", src.Grammar+src.Files, origin)
	}
}

// checkShards compares the digests of the documents with those that are stored.
func (c *checker) checkShards(id ziplaw.ArtifactID, rec ziplaw.Record, m dataset.Manifest, digests []byte) bool {
	var (
		listed []ziplaw.ArtifactID
		found  []byte
		whole  = true
	)
	for _, s := range slices.Concat(m.Train, m.Held) {
		shard, readable := c.shards[s.ID]
		whole = whole && readable
		listed, found = append(listed, s.ID), append(found, shard.digests...)
	}
	var outputs []ziplaw.ArtifactID
	for _, out := range rec.Outputs {
		if out.Role == roleDocuments {
			outputs = append(outputs, out.ID)
		}
	}
	switch {
	case !slices.Equal(listed, outputs):
		c.tampered(id, "its manifest lists other shards than it")
	case whole && !bytes.Equal(found, digests):
		c.tampered(id, "its documents don't have the digests that it stored for them")
	default:
		return whole
	}
	return false
}

func (c *checker) checkCompress(id ziplaw.ArtifactID, rec ziplaw.Record) {
	sample, _ := rec.Input(roleSample)
	digests, known := c.records[sample].Output(roleDigests)
	if p, err := paramsOf[compressParams](rec); known && (err != nil || p.Documents != digests) {
		c.tampered(id, "its key is that of the documents %s, but it names %s", p.Documents, digests)
	}
}

// readingOf is what determines which documents a cell reads.
type readingOf struct {
	sample ziplaw.ArtifactID
	seed   int64
	count  int
}

// checkReading checks that the documents that a cell reads are those in its key. Cells of another version of the training
// may read in another order.
func (c *checker) checkReading(id ziplaw.ArtifactID, rec ziplaw.Record, sample ziplaw.ArtifactID, d *sampled, known map[readingOf]string) {
	p, err := paramsOf[trainParams](rec)
	if err != nil {
		c.tampered(id, "%v", err)
		return
	}
	if d == nil || versionOf(rec) != plan.TrainVersion {
		return
	}
	n := p.Documents.Count
	if n < 0 || n > d.manifest.Documents {
		c.tampered(id, "it reads %d documents of %d", n, d.manifest.Documents)
		return
	}
	r := readingOf{sample, p.Seed, n}
	if known[r] == "" {
		order := dataset.Order(p.Seed, n, d.manifest.Length)
		if len(order) < n || n > 0 && int(slices.Max(order)) >= d.manifest.Documents {
			c.tampered(id, "it reads documents that aren't stored")
			return
		}
		known[r] = d.digests.Reading(order)
	}
	if p.Documents.Digest != known[r] || p.HeldOut.Digest != d.digests.HeldOut() {
		c.tampered(id, "its key is that of other documents than %s holds", sample)
	}
}

func (c *checker) checkFit(id ziplaw.ArtifactID, rec ziplaw.Record) {
	p, err := paramsOf[fitParams](rec)
	if keys, whole := c.keys(rec, roleCell); whole && (err != nil || !slices.Equal(p.Cells, keys)) {
		c.tampered(id, "its key is that of %d cells, but it names %d cells with other keys", len(p.Cells), len(keys))
	}
}

func (c *checker) checkRegress(id ziplaw.ArtifactID, rec ziplaw.Record) {
	p, err := paramsOf[regressParams](rec)
	measures, whole := c.keys(rec, roleCompress)
	fits, wholeFits := c.keys(rec, roleFit)
	if !whole || !wholeFits {
		return
	}
	var named [][2]ziplaw.Key
	for i := range min(len(measures), len(fits)) {
		named = append(named, [2]ziplaw.Key{measures[i], fits[i]})
	}
	if err != nil || !slices.Equal(p.DataSets, named) {
		c.tampered(id, "its key is that of %d laws, but it names %d others", len(p.DataSets), len(named))
	}
}

// keys are the keys of a record's inputs in a role; whole is false where one of them couldn't be read.
func (c *checker) keys(rec ziplaw.Record, role string) (keys []ziplaw.Key, whole bool) {
	whole = true
	for _, in := range rec.Inputs {
		if in.Role == role {
			from, readable := c.records[in.ID]
			whole = whole && readable
			keys = append(keys, from.Key)
		}
	}
	return keys, whole
}

func versionOf(rec ziplaw.Record) int {
	var a struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(rec.Preimage, &a) != nil {
		return 0
	}
	return a.Version
}
