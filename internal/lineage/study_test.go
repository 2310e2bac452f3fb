package lineage_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/internal/store"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // tests wait for the server most of the time
	code := m.Run()
	infratest.Stop()
	os.Exit(code)
}

// site is a bucket of a test's own, with a client that goes past the store.
type site struct {
	*testing.T
	store    *store.Store
	raw      *minio.Client
	attempts int
	files    string // folder of the corpus
	// reading replaces the digest of the documents in a cell's key.
	reading map[string]string
	// measured, where set, changes the study for which the data sets are measured.
	measured func(*ziplaw.Study)
	// failed are cells without a record.
	failed map[string]bool
}

func newSite(t *testing.T) *site {
	t.Helper()
	endpoint, access, secret, _ := infratest.Start(t).S3()
	transport, err := minio.DefaultTransport(false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	s := &site{T: t, files: t.TempDir(), reading: map[string]string{}, failed: map[string]bool{}}
	s.store, err = store.Open(t.Context(), store.Config{
		Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: "t" + strings.ToLower(rand.Text()), Transport: transport,
	})
	s.must(err)
	s.raw, err = minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4(access, secret, ""), Transport: transport})
	s.must(err)
	for _, name := range []string{"one.txt", "two.txt"} {
		s.must(os.WriteFile(filepath.Join(s.files, name), bytes.Repeat([]byte("the text of "+name+"\n"), 1000), 0o600))
	}
	return s
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// write replaces an object behind the store's back.
func (s *site) write(name string, body []byte) {
	s.Helper()
	_, err := s.raw.PutObject(s.Context(), s.store.Bucket(), name, bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{DisableContentSha256: true})
	s.must(err)
}

func (s *site) remove(name string) {
	s.Helper()
	s.must(s.raw.RemoveObject(s.Context(), s.store.Bucket(), name, minio.RemoveObjectOptions{}))
}

func objectOf(id ziplaw.ArtifactID) string {
	return "artifacts/sha256/" + id.Hex()[:2] + "/" + id.Hex()[2:]
}

func (s *site) artifacts() (n int) {
	for o := range s.raw.ListObjects(s.Context(), s.store.Bucket(), minio.ListObjectsOptions{Prefix: "artifacts/", Recursive: true}) {
		s.must(o.Err)
		n++
	}
	return n
}

func (s *site) put(v any) ziplaw.ArtifactID {
	s.Helper()
	id, err := s.store.PutJSON(s.Context(), v)
	s.must(err)
	return id
}

func (s *site) record(id ziplaw.ArtifactID) (rec ziplaw.Record) {
	s.Helper()
	s.must(s.store.GetJSON(s.Context(), id, &rec))
	return rec
}

// began is when the records of all tests were made.
var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// publish publishes what an action made.
func (s *site) publish(act action.Action, label string, inputs, outputs []ziplaw.Ref, values any) (ziplaw.Record, ziplaw.ArtifactID) {
	s.Helper()
	preimage, err := act.Preimage()
	s.must(err)
	key, err := act.Key()
	s.must(err)
	raw, err := json.Marshal(values)
	s.must(err)
	s.attempts++
	rec, id, _, err := s.store.Publish(s.Context(), ziplaw.Record{
		Version: ziplaw.RecordVersion, Action: act.Name, Key: key, Preimage: preimage, Label: label,
		Inputs: inputs, Outputs: outputs, Values: raw, Attempt: fmt.Sprint("attempt ", s.attempts),
		Code:    ziplaw.Code{Version: "v1.2.3", Revision: "abc", Go: "go1.26", OS: "linux", Arch: "amd64", Device: "a processor, portable"},
		Started: began.Add(time.Duration(s.attempts) * time.Minute), Finished: began.Add(time.Duration(s.attempts)*time.Minute + time.Second),
	})
	s.must(err)
	return rec, id
}

func ref(role string, id ziplaw.ArtifactID) ziplaw.Ref { return ziplaw.Ref{Role: role, ID: id} }

// spec is a study of a grammar and of files, with eight cells each.
func (s *site) spec(name string) ziplaw.Study {
	s.Helper()
	study, err := spec.Parse([]byte(`{
		"version": 1, "name": "` + name + `", "context": 64,
		"datasets": [
			{"name": "g", "grammar": {"nonterminals": 10, "terminals": 150, "options": 5, "length": 3}, "grammar_seeds": [7], "sampling_seed": 8},
			{"name": "text", "files": {"include": ["` + s.files + `/*.txt"]}, "tokenizer": "bytes", "data_seed": 9}
		],
		"models": [{"h": 4}, {"h": 8}], "budgets": [4096, 8192], "seeds": [1, 2],
		"recipe": {"held_out": 4}, "fit": {"resamples": 10, "seed": 3, "tie": ["alpha=beta"]}, "keep_models": false
	}`))
	s.must(err)
	return study
}

// finish makes the records of a study as its activities do, with losses that nobody trained, and files its version. The
// largest cell of data set g diverges.
func (s *site) finish(study ziplaw.Study) ziplaw.StudyVersion {
	s.Helper()
	f := &finisher{site: s, study: study, spec: s.put(study)}
	f.version.Spec = f.spec
	for _, d := range study.DataSets() {
		f.dataSet(d)
	}
	f.regress()
	f.report()
	s.file(f.version)
	return f.version
}

func (s *site) file(v ziplaw.StudyVersion) {
	s.Helper()
	b, err := json.Marshal(v)
	s.must(err)
	s.must(s.store.PutStudy(s.Context(), v.Result.Study, string(v.Result.Version), b))
}

type finisher struct {
	*site
	study   ziplaw.Study
	spec    ziplaw.ArtifactID
	version ziplaw.StudyVersion
	origins []map[string]any
	cells   []lineage.Trained
	keys    [][2]ziplaw.Key
}

func (f *finisher) dataSet(d ziplaw.DataSet) {
	f.Helper()
	label := f.study.Name + "/" + d.Name
	src, err := dataset.Open(f.Context(), f.study, d, dataset.Options{})
	f.must(err)
	m, digests, err := dataset.Materialize(f.Context(), f.study, src, f.store.Put, nil)
	f.must(err)
	f.origins = append(f.origins, src.Origin().Params)
	outputs := []ziplaw.Ref{ref("manifest", f.put(m)), ref("document-digests", m.Digests)}
	for _, shard := range append(m.Train, m.Held...) {
		outputs = append(outputs, ref("documents", shard.ID))
	}
	_, sample := f.publish(action.Action{Name: "sample", Version: actions.SampleVersion, Params: map[string]any{"source": src.Origin().Params, "context": f.study.Context}},
		label, []ziplaw.Ref{ref("spec", f.spec), ref("origin", m.Origin)}, outputs, map[string]any{"kind": m.Kind})

	r := ziplaw.DataSetResult{H: ziplaw.Measure{Value: 0.1 * float64(len(d.Name)), Low: 0.1, High: 0.5, Level: 0.95}, Documents: 128, Vocabulary: m.Vocabulary}
	asked := f.study
	if f.measured != nil {
		f.measured(&asked)
	}
	act, _ := actions.Compress(asked, actions.Sampled{Record: sample, Manifest: m, Digests: digests})
	measured, compress := f.publish(act,
		label, []ziplaw.Ref{ref("spec", f.spec), ref("record:sample", sample)}, []ziplaw.Ref{ref("h-per-document", f.put([]float64{0.1, float64(len(d.Name))}))}, r)
	r.DataSet, r.Class = d.Name, d.Class
	f.version.Result.DataSets = append(f.version.Result.DataSets, r)

	inputs := []ziplaw.Ref{ref("spec", f.spec), ref("record:sample", sample)}
	keys, fitted := []ziplaw.Key{}, 0
	for _, c := range f.study.Cells(d.Name) {
		rec, id := f.cell(c, sample, m, digests)
		if id == "" {
			continue
		}
		var r ziplaw.CellResult
		f.must(json.Unmarshal(rec.Values, &r))
		f.cells = append(f.cells, lineage.Trained{Key: rec.Key, Result: r})
		inputs, keys = append(inputs, ref("record:cell", id)), append(keys, rec.Key)
		if r.State == ziplaw.StateDone {
			fitted++
		}
	}
	law := ziplaw.Fit{N: fitted, E: 1, A: 2, B: 3, Alpha: 0.25 + float64(len(d.Name)), Beta: 0.5, Level: 0.95, Intervals: map[string][2]float64{"alpha": {0.125, 9}}}
	fit, fitID := f.publish(action.Action{Name: "fit", Version: 1, Params: map[string]any{"cells": keys, "options": f.study.Fit}},
		label, inputs, nil, map[string]any{"law": law})
	law.DataSet = d.Name
	f.version.Result.Fits = append(f.version.Result.Fits, law)
	f.version.DataSets = append(f.version.DataSets, ziplaw.Measured{DataSet: d.Name, Sample: sample, Compress: compress, Fit: fitID})
	f.keys = append(f.keys, [2]ziplaw.Key{measured.Key, fit.Key})
}

// cell publishes a cell. A failed one has no record.
func (f *finisher) cell(c ziplaw.Cell, sample ziplaw.ArtifactID, m dataset.Manifest, d dataset.Digests) (ziplaw.Record, ziplaw.ArtifactID) {
	f.Helper()
	counts := &f.version.Result.Cells
	counts.Total++
	if f.failed[c.String()] {
		counts.Failed++
		return ziplaw.Record{}, ""
	}
	act, _ := actions.TrainCell(f.study, c, actions.Sampled{Record: sample, Manifest: m, Digests: d})
	if other := f.reading[c.String()]; other != "" {
		p := act.Params.(actions.TrainCellParams)
		p.Documents.Digest = other
		act.Params = p
	}
	loss := 5 - 1e-5*float64(c.D) - 0.01*float64(c.Model.H) - 0.001*float64(c.Seed)
	r := ziplaw.CellResult{State: ziplaw.StateDone, N: 100, D: c.D, Last: loss, MeanLast: loss, Validation: loss, ModelID: string(ziplaw.IDOf([]byte(c.String()[len(c.Study):])))}
	if diverges(c) {
		r = ziplaw.CellResult{State: ziplaw.StateDiverged, N: 100, D: c.D, DivergedAt: 17}
		counts.Diverged++
	} else {
		counts.Done++
	}
	losses, err := f.store.Put(f.Context(), []byte("losses of"+c.String()[len(c.Study):]))
	f.must(err)
	return f.publish(act, c.String(),
		[]ziplaw.Ref{ref("spec", f.spec), ref("record:sample", sample)}, []ziplaw.Ref{ref("losses", losses)}, r)
}

func diverges(c ziplaw.Cell) bool {
	return c.DataSet == "g" && c.Model.H == 8 && c.D == 8192 && c.Seed == 2
}

func (f *finisher) regress() {
	f.Helper()
	inputs := []ziplaw.Ref{ref("spec", f.spec)}
	for _, m := range f.version.DataSets {
		inputs = append(inputs, ref("record:compress", m.Compress), ref("record:fit", m.Fit))
	}
	rs := []ziplaw.Regression{{Parameter: "alpha", N: 2, Slope: -1.5, Intercept: 0.75, Level: 0.95, Intervals: map[string][2]float64{"slope": {-2, -1}}}}
	_, f.version.Regress = f.publish(action.Action{Name: "regress", Version: 1, Params: map[string]any{"datasets": f.keys, "level": 0.95}},
		f.study.Name, inputs, nil, map[string]any{"regressions": rs})
	f.version.Result.Regressions = rs
	for _, law := range f.version.Result.Fits {
		f.version.Result.Regressed = append(f.version.Result.Regressed, law.DataSet)
	}
}

func (f *finisher) report() {
	f.Helper()
	r := &f.version.Result
	r.Study, r.State = f.study.Name, ziplaw.StudyDone
	var err error
	r.Version, err = actions.StudyVersion(f.study, f.origins)
	f.must(err)
	r.DigestCells = lineage.DigestCells(f.cells)
	r.Digest, err = lineage.Digest(r.DigestCells, r.Fits, r.Regressions)
	f.must(err)
	html, err := f.store.Put(f.Context(), []byte("<html>"+f.study.Name))
	f.must(err)
	_, f.version.Report = f.publish(action.Action{Name: "report", Version: 1, Params: map[string]any{"version": r.Version, "digest": r.Digest}},
		f.study.Name, []ziplaw.Ref{ref("spec", f.spec), ref("record:regress", f.version.Regress)}, []ziplaw.Ref{ref("report.html", html)},
		map[string]string{"digest": r.Digest, "digest_cells": r.DigestCells})
	r.Report = string(html)
}

// verify verifies a finished version.
func (s *site) verify(v ziplaw.StudyVersion) lineage.Verification {
	s.Helper()
	found, err := lineage.Verify(context.Background(), s.store, v, lineage.Options{})
	s.must(err)
	return found
}
