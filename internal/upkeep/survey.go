package upkeep

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Unfinished is a study that hasn't finished, by what its workflows name.
type Unfinished struct {
	Study     string
	Running   bool // or it waits for its next run
	Artifacts []ziplaw.ArtifactID
	Keys      []ziplaw.Key
}

// Survey is what was in a store at a time, and who needs it.
type Survey struct {
	// Taken is the store's time before the survey began.
	Taken time.Time
	// Damaged are what keeps the survey from seeing all that finished versions need.
	Damaged []Damage

	store   *store.Store
	objects []store.Object
	uploads []store.Upload
	entries map[ziplaw.Key]ziplaw.ArtifactID
	written map[ziplaw.Key]time.Time // entries
	put     map[ziplaw.ArtifactID]time.Time
	studies []*study
	graph   *graph
	needs   map[ziplaw.ArtifactID][]int // studies, in their order
	keys    map[ziplaw.Key][]int
}

// study is a study with all that it needs.
type study struct {
	name     string
	versions []ziplaw.Key
	roots    []ziplaw.ArtifactID
	keys     []ziplaw.Key
	finished []ziplaw.StudyVersion
	running  bool
	rests    bool // it hasn't finished and doesn't run
}

// Take surveys a store. Unfinished is asked for after the bucket has been listed. Progress, which may be nil, hears what it is at.
func Take(ctx context.Context, st *store.Store, unfinished func(context.Context) ([]Unfinished, error), progress func(string)) (*Survey, error) {
	if progress == nil {
		progress = func(string) {}
	}
	s := &Survey{
		store: st, graph: newGraph(st), entries: map[ziplaw.Key]ziplaw.ArtifactID{}, written: map[ziplaw.Key]time.Time{},
		put: map[ziplaw.ArtifactID]time.Time{}, needs: map[ziplaw.ArtifactID][]int{}, keys: map[ziplaw.Key][]int{},
	}
	if err := s.list(ctx, progress); err != nil {
		return nil, err
	}
	progress("asking which studies run")
	left, err := unfinished(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx, left); err != nil {
		return nil, err
	}
	for i, one := range s.studies {
		progress("following the records of " + one.name)
		if err := s.follow(ctx, i, one); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// list notes the store's time, and then what is in it.
func (s *Survey) list(ctx context.Context, progress func(string)) (err error) {
	progress("listing the store")
	if _, err = s.store.Sweeping(ctx); err != nil { // any answer tells the time
		return err
	}
	if s.Taken, err = s.store.Now(); err != nil {
		return err
	}
	if s.objects, err = s.store.Objects(ctx, ""); err != nil {
		return err
	}
	if s.uploads, err = s.store.Uploads(ctx); err != nil {
		return err
	}
	for _, o := range s.objects {
		if id, ok := store.ArtifactOf(o.Name); ok {
			s.put[id] = o.Modified
		}
		if key, ok := store.EntryOf(o.Name); ok {
			s.written[key] = o.Modified
		}
	}
	progress("reading entries")
	for e, err := range s.store.Entries(ctx) {
		if err != nil {
			return err
		}
		s.entries[e.Key] = e.Record
	}
	return nil
}

// open reads the finished versions, and puts the studies that haven't finished beside them.
func (s *Survey) open(ctx context.Context, left []Unfinished) error {
	all := map[string]*study{}
	of := func(name string) *study {
		if all[name] == nil {
			all[name] = &study{name: name}
		}
		return all[name]
	}
	names, err := s.store.ListStudies(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.versions(ctx, of(name)); err != nil {
			return err
		}
	}
	for _, u := range left {
		one := of(u.Study)
		one.running, one.rests = u.Running, !u.Running
		one.roots, one.keys = append(one.roots, u.Artifacts...), append(one.keys, u.Keys...)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s.studies = append(s.studies, all[name])
	}
	return nil
}

func (s *Survey) versions(ctx context.Context, one *study) error {
	versions, err := s.store.Versions(ctx, one.name)
	if err != nil {
		return err
	}
	for _, stored := range versions {
		b, found, err := s.store.GetStudy(ctx, one.name, stored.Version)
		if err != nil {
			return err
		}
		if !found { // removed meanwhile
			continue
		}
		one.versions = append(one.versions, ziplaw.Key(stored.Version))
		var v ziplaw.StudyVersion
		if err := json.Unmarshal(b, &v); err != nil {
			s.Damaged = append(s.Damaged, Damage{
				Study: one.name, Version: ziplaw.Key(stored.Version), Numbers: []string{"all"},
				Object: store.StudyName(one.name, stored.Version), Problem: fmt.Sprintf("can't be read: %v", err),
			})
			continue
		}
		one.finished = append(one.finished, v)
		one.roots = append(append(one.roots, v.Spec, ziplaw.ArtifactID(v.Result.Report)), v.Records()...)
	}
	return nil
}

// follow finds all that a study needs.
func (s *Survey) follow(ctx context.Context, i int, one *study) error {
	needs, keys, err := s.closure(ctx, one.roots, one.keys)
	if err != nil {
		return err
	}
	for id := range needs {
		s.needs[id] = append(s.needs[id], i)
	}
	for key := range keys {
		s.keys[key] = append(s.keys[key], i)
	}
	for _, v := range one.finished {
		if err := s.inspect(ctx, one.name, v); err != nil {
			return err
		}
	}
	return nil
}

// closure is all that roots and keys lead to: what records name, and the records that stand under the keys of these.
func (s *Survey) closure(ctx context.Context, roots []ziplaw.ArtifactID, wanted []ziplaw.Key) (map[ziplaw.ArtifactID]bool, map[ziplaw.Key]bool, error) {
	needs, keys := map[ziplaw.ArtifactID]bool{}, map[ziplaw.Key]bool{}
	roots = slices.Clone(roots)
	add := func(key ziplaw.Key) {
		if keys[key] {
			return
		}
		keys[key] = true
		if id := s.entries[key]; id != "" && !needs[id] {
			roots = append(roots, id)
		}
	}
	for _, key := range wanted {
		add(key)
	}
	for len(roots) > 0 {
		var found []ziplaw.ArtifactID
		from := roots
		roots = nil
		err := s.graph.reach(ctx, from, func(id ziplaw.ArtifactID, _ bool) {
			needs[id] = true
			found = append(found, id)
		})
		if err != nil {
			return nil, nil, err
		}
		for _, id := range found {
			if n := s.graph.nodes[id]; n != nil && n.record.Key != "" {
				add(n.record.Key)
			}
		}
	}
	return needs, keys, nil
}

// index finds a study by its name.
func (s *Survey) index(name string) int {
	return slices.IndexFunc(s.studies, func(one *study) bool { return one.name == name })
}

// owners are the studies that need an object.
func (s *Survey) owners(name string) []int {
	if id, ok := store.ArtifactOf(name); ok {
		return s.needs[id]
	}
	for _, of := range []func(string) (ziplaw.Key, bool){store.EntryOf, store.ClaimOf, store.CheckpointOf} {
		if key, ok := of(name); ok {
			return s.keys[key]
		}
	}
	if study, _, ok := store.StudyOf(name); ok {
		if i := s.index(study); i >= 0 {
			return []int{i}
		}
	}
	return nil
}

// kind is the kind of an object.
func (s *Survey) kind(name string) string {
	if id, ok := store.ArtifactOf(name); ok {
		if kind := s.graph.kinds[id]; kind != "" {
			return kind
		}
		if len(s.needs[id]) > 0 { // a spec, which versions name themselves
			return KindRecords
		}
		return KindOther
	}
	if _, ok := store.EntryOf(name); ok {
		return KindRecords
	}
	if _, _, ok := store.StudyOf(name); ok {
		return KindRecords
	}
	_, claim := store.ClaimOf(name)
	_, checkpoint := store.CheckpointOf(name)
	if claim || checkpoint {
		return KindCheckpoints
	}
	return KindOther
}
