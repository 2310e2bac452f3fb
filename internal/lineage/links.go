package lineage

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// checkLinks checks that each record's key holds what the records and artifacts that it names are.
func (c *checker) checkLinks(context.Context) error {
	readings := map[readingOf]string{}
	c.samples = map[ziplaw.ArtifactID]*actions.Sampled{}
	for _, id := range c.order {
		rec := c.records[id]
		if rec.Action == actions.NameSample {
			c.samples[id] = c.checkSample(id, rec)
		}
	}
	for _, id := range c.order {
		switch rec := c.records[id]; rec.Action {
		case actions.NameCompress:
			c.checkCompress(id, rec)
		case actions.NameTrainCell:
			sample, _ := rec.Input(actions.RoleSampleRecord)
			c.checkReading(id, rec, sample, c.samples[sample], readings)
		case actions.NameFit:
			c.checkFit(id, rec)
		case actions.NameRegress:
			c.checkRegress(id, rec)
		}
	}
	return nil
}

// checkSample checks that a data set's manifest, shards, digests and origin are one. It returns the data set for the
// checks of its cells; nil where something is wrong.
func (c *checker) checkSample(id ziplaw.ArtifactID, rec ziplaw.Record) *actions.Sampled {
	c.checkOrigin(id, rec)
	manifest, _ := rec.Output(actions.RoleManifest)
	digests, _ := rec.Output(actions.RoleDigests)
	if c.bytes[manifest] == nil || c.bytes[digests] == nil {
		return nil // reported as bad
	}
	var m dataset.Manifest
	err := json.Unmarshal(c.bytes[manifest], &m)
	if err == nil {
		_, err = dataset.StoredVocabulary(m)
	}
	if err != nil {
		c.add(Problem{ID: string(manifest), Problem: "is no manifest: " + err.Error(), State: Tampered, Role: actions.RoleManifest, Label: c.names.known[id]})
		return nil
	}
	origin, _ := rec.Input(actions.RoleOrigin)
	d, err := dataset.NewDigests(c.bytes[digests], m)
	if err != nil || m.Digests != digests || m.Origin != origin {
		c.tampered(id, "its manifest %s doesn't belong to its documents", manifest)
		return nil
	}
	if !c.checkShards(id, rec, m, manifest, c.bytes[digests]) {
		return nil
	}
	return &actions.Sampled{Record: id, Manifest: m, Digests: d}
}

// checkOrigin checks that the origin is the one in the record's key: the digest of the grammar or of the listing.
func (c *checker) checkOrigin(id ziplaw.ArtifactID, rec ziplaw.Record) {
	src := sourceOf(rec)
	if origin, found := rec.Input(actions.RoleOrigin); found && origin.Hex() != src.Grammar+src.Files {
		c.tampered(id, "its key is that of the origin sha256:%s, but it names %s", src.Grammar+src.Files, origin)
	}
}

// checkShards compares the digests of the documents with those that are stored.
func (c *checker) checkShards(id ziplaw.ArtifactID, rec ziplaw.Record, m dataset.Manifest, manifest ziplaw.ArtifactID, digests []byte) bool {
	var (
		listed []ziplaw.ArtifactID
		found  []byte
		whole  = true
	)
	for _, s := range slices.Concat(m.Train, m.Held) {
		shard, readable := c.shards[use{s.ID, manifest}]
		whole = whole && readable
		listed, found = append(listed, s.ID), append(found, shard.digests...)
	}
	var outputs []ziplaw.ArtifactID
	for _, out := range rec.Outputs {
		if out.Role == actions.RoleDocuments {
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
	sample, _ := rec.Input(actions.RoleSampleRecord)
	digests, known := c.records[sample].Output(actions.RoleDigests)
	if p, err := actions.Params[actions.CompressParams](rec); known && (err != nil || p.Documents != digests) {
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
func (c *checker) checkReading(id ziplaw.ArtifactID, rec ziplaw.Record, sample ziplaw.ArtifactID, d *actions.Sampled, known map[readingOf]string) {
	p, err := actions.Params[actions.TrainCellParams](rec)
	if err != nil {
		c.tampered(id, "%v", err)
		return
	}
	if d == nil || actions.Version(rec) != actions.TrainCellVersion {
		return
	}
	n := p.Documents.Count
	if n < 0 || n > d.Manifest.Documents {
		c.tampered(id, "it reads %d documents of %d", n, d.Manifest.Documents)
		return
	}
	r := readingOf{sample, p.Seed, n}
	if known[r] == "" {
		order := dataset.Order(p.Seed, n, d.Manifest.Length)
		if len(order) < n || n > 0 && int(slices.Max(order)) >= d.Manifest.Documents {
			c.tampered(id, "it reads documents that aren't stored")
			return
		}
		known[r] = d.Digests.Reading(order)
	}
	if p.Documents.Digest != known[r] || p.HeldOut.Digest != d.Digests.HeldOut() {
		c.tampered(id, "its key is that of other documents than %s holds", sample)
	}
}

func (c *checker) checkFit(id ziplaw.ArtifactID, rec ziplaw.Record) {
	p, err := actions.Params[actions.FitParams](rec)
	if keys, whole := c.keys(rec, actions.RoleCellRecord); whole && (err != nil || !slices.Equal(p.Cells, keys)) {
		c.tampered(id, "its key is that of %d cells, but it names %d cells with other keys", len(p.Cells), len(keys))
	}
}

func (c *checker) checkRegress(id ziplaw.ArtifactID, rec ziplaw.Record) {
	p, err := actions.Params[actions.RegressParams](rec)
	measures, whole := c.keys(rec, actions.RoleCompressRecord)
	fits, wholeFits := c.keys(rec, actions.RoleFitRecord)
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
