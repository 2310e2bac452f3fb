package upkeep_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

func TestUsage(t *testing.T) {
	s := newSite(t)
	one := s.finish("one", "corpus", "shared cell")
	s.finish("two", "corpus", "shared cell")
	s.put("nobody's")
	u := s.survey().Usage()
	if len(u.Studies) != 2 || u.Studies[0].Study != "one" || u.Studies[1].State != upkeep.Finished || u.Studies[0].Versions != 1 {
		t.Fatalf("studies %+v", u.Studies)
	}
	if u.Unneeded.Objects != 1 || u.Unneeded.Bytes != int64(len("nobody's")) || u.UnneededKinds[upkeep.KindOther] != u.Unneeded {
		t.Errorf("unneeded %+v %+v", u.Unneeded, u.UnneededKinds)
	}
	a := u.Studies[0]
	for _, kind := range []string{upkeep.KindDocuments, upkeep.KindModels, upkeep.KindLosses, upkeep.KindReports, upkeep.KindRecords} {
		if a.Kinds[kind].Bytes == 0 {
			t.Errorf("no bytes of %s: %+v", kind, a.Kinds)
		}
	}
	if got := a.Kinds[upkeep.KindDocuments]; got != (upkeep.Amount{Bytes: 1000 * int64(len("documents of corpus")), Objects: 1}) {
		t.Errorf("documents %+v", got)
	}
	if sum := a.Own.Bytes + u.Studies[1].Own.Bytes + u.Shared.Bytes + u.Unneeded.Bytes; sum != u.Bytes || a.Bytes != a.Own.Bytes+u.Shared.Bytes {
		t.Errorf("%d bytes in all, %d in parts; %+v", u.Bytes, sum, u)
	}
	_ = one
}

// TestGarbage removes what nobody needs, and nothing else.
func TestGarbage(t *testing.T) {
	s := newSite(t)
	kept := s.finish("kept", "corpus", "a cell")
	running, runningKey := s.cell("a cell that was trained", s.put("spec of running"), kept.version.DataSets[0].Sample)
	needed := s.names()
	gone := s.finish("gone", "another corpus", "another cell")
	s.must(s.store.RemoveStudy(t.Context(), "gone", string(gone.version.Result.Version)))
	s.put("nobody's")
	working := ziplaw.Key(strings.Repeat("a", 64))
	stale := ziplaw.Key(strings.Repeat("b", 64))
	for _, key := range []ziplaw.Key{working, stale} {
		s.must(s.store.PutCheckpoint(t.Context(), key, 1, 2, strings.NewReader("state"), 5))
		claim, _, err := s.store.Claim(t.Context(), key, "me", time.Minute)
		s.must(err)
		s.must(claim.Release(t.Context()))
	}
	core := minio.Core{Client: s.raw}
	_, err := core.NewMultipartUpload(t.Context(), s.store.Bucket(), store.ArtifactName(gone.cell), minio.PutObjectOptions{})
	s.must(err)
	_, err = s.raw.PutObject(t.Context(), s.store.Bucket(), "notes.txt", bytes.NewReader([]byte("mine")), 4, minio.PutObjectOptions{})
	s.must(err)
	grace := s.store.LeastGrace()
	if r := s.collect(time.Hour); r.Objects != 0 {
		t.Errorf("young, and removed: %+v", r)
	}
	s.age()
	fresh := s.put("young")
	left := []upkeep.Unfinished{{Study: "running", Running: true, Artifacts: []ziplaw.ArtifactID{"", running}, Keys: []ziplaw.Key{runningKey, working}}}
	plan, err := s.survey(left...).Garbage(t.Context(), grace)
	s.must(err)
	var numbers []string
	for _, l := range plan.Lost {
		numbers = append(numbers, l.Number)
	}
	if !slices.Contains(numbers, "alpha@gone/set") || !slices.Contains(numbers, "alpha/slope of gone") || len(plan.Damaged) != 0 || plan.Later.Objects != 1 {
		t.Errorf("lost %v, damaged %v, later %+v", numbers, plan.Damaged, plan.Later)
	}
	if r := s.sweep(plan); r.Amount != plan.Amount || r.Renewed != 0 || plan.Kinds[upkeep.KindUploads].Objects != 1 {
		t.Errorf("removed %+v of %+v", r, plan.Amount)
	}
	needed[store.ArtifactName(fresh)], needed["notes.txt"] = true, true
	for name := range s.names() {
		if key, checkpoint := store.CheckpointOf(name); !needed[name] && key != working {
			t.Errorf("%s is still there (checkpoint %v)", name, checkpoint)
		}
	}
	if lost := s.lost(needed); len(lost) > 0 {
		t.Errorf("needed and gone: %v", lost)
	}
	claims, err := s.store.Objects(t.Context(), "claims/")
	s.must(err)
	if slices.ContainsFunc(claims, func(o store.Object) bool { return strings.Contains(o.Name, string(stale)) }) ||
		!slices.ContainsFunc(claims, func(o store.Object) bool { return strings.Contains(o.Name, string(working)) }) {
		t.Errorf("claims %v", claims)
	}
	if r := s.collect(grace, left...); r.Objects != 0 {
		t.Errorf("a second sweep removes %+v", r)
	}
}

// TestYoungThingsKeepOldOnes: a study that no Temporal server of ours knows of is seen by what it writes.
func TestYoungThingsKeepOldOnes(t *testing.T) {
	s := newSite(t)
	spec := s.put("spec of a long study")
	sample, _ := s.publish(actions.NameSample, "corpus", []ziplaw.Ref{ref(actions.RoleSpec, spec)}, []ziplaw.Ref{ref(actions.RoleDocuments, s.put("documents"))}, nil)
	s.cell("first", spec, sample)
	other := s.put("spec of another")
	s.cell("reused", other, sample)
	names := s.names()
	s.age()
	s.must(s.store.Renew(t.Context(), spec, sample)) // as whoever trains a cell of it does
	s.collect(s.store.LeastGrace())
	lost := s.lost(names)
	if len(lost) != 5 { // the other study's spec, and its cell with two outputs and an entry
		t.Errorf("%v", lost)
	}
	s.age()
	s.cell("second", s.put("spec of another"), sample) // and so the sample is needed
	s.collect(s.store.LeastGrace())
	if there, err := s.store.Exists(t.Context(), sample); err != nil || !there {
		t.Errorf("the sample of a young cell: %v, %v", there, err)
	}
}

func TestRemoval(t *testing.T) {
	s := newSite(t)
	s.finish("other", "corpus", "shared cell")
	others := s.names()
	s.finish("study", "corpus", "shared cell")
	orphan := s.put("nobody's")
	s.must(s.store.PutCheckpoint(t.Context(), ziplaw.Key(strings.Repeat("c", 64)), 1, 2, strings.NewReader("state"), 5))
	time.Sleep(2 * time.Second) // times are told in whole seconds
	survey := s.survey(upkeep.Unfinished{Study: "study", Running: true})
	if _, err := survey.Removal(t.Context(), "study", 0); ziplaw.CodeOf(err) != ziplaw.CodeStudyRunning {
		t.Errorf("a running study: %v", err)
	}
	if _, err := survey.Removal(t.Context(), "nosuch", 0); ziplaw.CodeOf(err) != ziplaw.CodeNotFound {
		t.Errorf("no study: %v", err)
	}
	plan, err := s.survey(upkeep.Unfinished{Study: "study", Keys: []ziplaw.Key{ziplaw.Key(strings.Repeat("c", 64))}}).Removal(t.Context(), "study", 0)
	s.must(err)
	if plan.Kept.Objects == 0 || plan.Later.Objects != 0 || len(plan.Versions) != 1 {
		t.Errorf("plan %+v", plan)
	}
	if r := s.sweep(plan); r.Amount != plan.Amount {
		t.Errorf("removed %+v of %+v", r, plan.Amount)
	}
	others[store.ArtifactName(orphan)] = true
	if lost := s.lost(others); len(lost) > 0 {
		t.Errorf("of others: %v", lost)
	}
	for name := range s.names() {
		if !others[name] {
			t.Errorf("%s is left", name)
		}
	}
	if u := s.survey().Usage(); len(u.Studies) != 1 || u.Studies[0].Study != "other" {
		t.Errorf("studies %+v", u.Studies)
	}
}

// TestDamage: where a record can't be read, nothing says that its evidence is needed, but its numbers are named.
func TestDamage(t *testing.T) {
	s := newSite(t)
	m := s.finish("study", "corpus", "a cell")
	s.must(s.store.Remove(t.Context(), m.fit))
	survey := s.survey()
	if len(survey.Damaged) != 1 || survey.Damaged[0].Object != string(m.fit) || !slices.Contains(survey.Damaged[0].Numbers, "alpha@set") {
		t.Errorf("damaged %+v", survey.Damaged)
	}
	plan, err := survey.Garbage(t.Context(), 0)
	s.must(err)
	if len(plan.Damaged) != 1 || !strings.Contains(plan.Damaged[0].String(), "alpha@set") {
		t.Errorf("damaged %+v", plan.Damaged)
	}
	s.must(s.store.PutStudy(t.Context(), "study", "other", []byte("{")))
	if survey := s.survey(); len(survey.Damaged) != 2 {
		t.Errorf("damaged %+v", survey.Damaged)
	}
}
