package upkeep_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // tests wait most of the time
	code := m.Run()
	infratest.Stop()
	os.Exit(code)
}

// renewAge is the age of renewal of the tests' stores, so that things are old within seconds.
const renewAge = 2 * time.Second

// site is a bucket of a test's own.
type site struct {
	*testing.T
	store *store.Store
	raw   *minio.Client
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteWith(t, renewAge)
}

func newSiteWith(t *testing.T, renewAge time.Duration) *site {
	t.Helper()
	t.Parallel()
	endpoint, access, secret, _ := infratest.Start(t).S3()
	transport, err := minio.DefaultTransport(false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	s := &site{T: t}
	s.store, err = store.Open(t.Context(), store.Config{
		Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: "t" + strings.ToLower(rand.Text()), Transport: transport, RenewAge: renewAge,
	})
	s.must(err)
	s.raw, err = minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4(access, secret, ""), Transport: transport})
	s.must(err)
	return s
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *site) put(text string) ziplaw.ArtifactID {
	s.Helper()
	id, err := s.store.Put(s.Context(), []byte(text))
	s.must(err)
	return id
}

func ref(role string, id ziplaw.ArtifactID) ziplaw.Ref { return ziplaw.Ref{Role: role, ID: id} }

// recordOf is the record of an action.
func recordOf(name string, params any, inputs, outputs []ziplaw.Ref, values any) (ziplaw.Record, error) {
	act := action.Action{Name: name, Version: 1, Params: params}
	preimage, err := act.Preimage()
	if err != nil {
		return ziplaw.Record{}, err
	}
	key, err := act.Key()
	if err != nil {
		return ziplaw.Record{}, err
	}
	raw, err := json.Marshal(values)
	return ziplaw.Record{
		Version: ziplaw.RecordVersion, Action: name, Key: key, Preimage: preimage, Label: fmt.Sprint(params),
		Inputs: inputs, Outputs: outputs, Values: raw, Attempt: rand.Text(),
	}, err
}

func (s *site) publish(name string, params any, inputs, outputs []ziplaw.Ref, values any) (ziplaw.ArtifactID, ziplaw.Key) {
	s.Helper()
	rec, err := recordOf(name, params, inputs, outputs, values)
	s.must(err)
	if e, _, found, err := s.store.Reuse(s.Context(), rec.Key); err != nil || found {
		s.must(err)
		return e.Record, rec.Key
	}
	_, id, _, err := s.store.Publish(s.Context(), rec)
	s.must(err)
	return id, rec.Key
}

// cell publishes a cell that reads the documents of a corpus.
func (s *site) cell(name string, spec, sample ziplaw.ArtifactID) (ziplaw.ArtifactID, ziplaw.Key) {
	s.Helper()
	return s.publish(actions.NameTrainCell, name,
		[]ziplaw.Ref{ref(actions.RoleSpec, spec), ref(actions.RoleSampleRecord, sample)},
		[]ziplaw.Ref{ref(actions.RoleLosses, s.put("losses of "+name)), ref(actions.RoleModel, s.put(strings.Repeat("model of "+name, 100)))}, nil)
}

// made is what a finished study has.
type made struct {
	version             ziplaw.StudyVersion
	fit, cell           ziplaw.ArtifactID
	sampleKey, cellKey  ziplaw.Key
	documents, manifest ziplaw.ArtifactID
}

// finish files a study of one data set, with a cell of its own and one for each name.
func (s *site) finish(name, corpus string, cells ...string) made {
	s.Helper()
	var m made
	spec := s.put("spec of " + name)
	m.documents, m.manifest = s.put(strings.Repeat("documents of "+corpus, 1000)), s.put("manifest of "+corpus)
	sample, key := s.publish(actions.NameSample, corpus, []ziplaw.Ref{ref(actions.RoleSpec, s.put("spec of "+corpus))},
		[]ziplaw.Ref{ref(actions.RoleManifest, m.manifest), ref(actions.RoleDocuments, m.documents)}, nil)
	m.sampleKey = key
	var compress ziplaw.ArtifactID
	compress, _ = s.publish(actions.NameCompress, corpus, []ziplaw.Ref{ref(actions.RoleSampleRecord, sample)}, nil, nil)
	inputs := []ziplaw.Ref{ref(actions.RoleSpec, spec)}
	for _, c := range append(cells, "own cell of "+name) {
		m.cell, m.cellKey = s.cell(c, spec, sample)
		inputs = append(inputs, ref(actions.RoleCellRecord, m.cell))
	}
	m.fit, _ = s.publish(actions.NameFit, name+"/set", inputs, nil, actions.FitValues{Law: &ziplaw.Fit{Alpha: 0.5}})
	regress, _ := s.publish(actions.NameRegress, name, []ziplaw.Ref{ref(actions.RoleFitRecord, m.fit), ref(actions.RoleCompressRecord, compress)}, nil,
		actions.RegressValues{Regressions: []ziplaw.Regression{{Parameter: "alpha"}}})
	html := s.put("<html>" + name)
	report, _ := s.publish(actions.NameReport, name, []ziplaw.Ref{ref(actions.RoleRegressRecord, regress)}, []ziplaw.Ref{ref("report.html", html)}, nil)
	m.version = ziplaw.StudyVersion{
		Spec: spec, Regress: regress, Report: report,
		DataSets: []ziplaw.Measured{{DataSet: "set", Sample: sample, Compress: compress, Fit: m.fit}},
		Result:   ziplaw.StudyResult{Study: name, Version: ziplaw.Key(ziplaw.IDOf([]byte(name)).Hex()), Report: string(html)},
	}
	b, err := json.Marshal(m.version)
	s.must(err)
	s.must(s.store.PutStudy(s.Context(), name, string(m.version.Result.Version), b))
	return m
}

func unfinished(all ...upkeep.Unfinished) func(context.Context) ([]upkeep.Unfinished, error) {
	return func(context.Context) ([]upkeep.Unfinished, error) { return all, nil }
}

func (s *site) survey(left ...upkeep.Unfinished) *upkeep.Survey {
	s.Helper()
	survey, err := upkeep.Take(s.Context(), s.store, unfinished(left...), nil)
	s.must(err)
	return survey
}

// collect removes what nobody needs.
func (s *site) collect(grace time.Duration, left ...upkeep.Unfinished) upkeep.Removed {
	s.Helper()
	plan, err := s.survey(left...).Garbage(s.Context(), grace)
	s.must(err)
	return s.sweep(plan)
}

func (s *site) sweep(plan *upkeep.Plan) (r upkeep.Removed) {
	s.Helper()
	s.must(s.store.Sweep(s.Context(), "test", func(ctx context.Context) (err error) {
		r, err = plan.Sweep(ctx, s.store, nil)
		return err
	}))
	return r
}

// names are the objects of the bucket, but for claims.
func (s *site) names() map[string]bool {
	s.Helper()
	all, err := s.store.Objects(s.Context(), "")
	s.must(err)
	names := map[string]bool{}
	for _, o := range all {
		if !strings.HasPrefix(o.Name, "claims/") {
			names[o.Name] = true
		}
	}
	return names
}

// lost are the objects that were there and aren't any more.
func (s *site) lost(before map[string]bool) (lost []string) {
	now := s.names()
	for name := range before {
		if !now[name] {
			lost = append(lost, name)
		}
	}
	return lost
}

// age waits until all that is there is older than the grace.
func (s *site) age() { time.Sleep(s.store.LeastGrace() + 3*time.Second) }
