package upkeep

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
)

// DefaultGrace is the age from which a sweep takes what nobody needs. It is a week, so that a study that was stopped on a Friday and
// forgotten by its Temporal server still finds its cells, and far above the hours in which what is used again is made young.
const DefaultGrace = 7 * 24 * time.Hour

// Plan is what a sweep removes.
type Plan struct {
	Amount
	Kinds map[string]Amount `json:"kinds"`
	// Before is when all that is removed was written last, at the latest, by the store's clock.
	Before time.Time `json:"before"`
	// Later is what nobody needs either, and is too young to be taken.
	Later Amount `json:"later"`
	// Kept is what goes on being needed by others, of a study that is removed.
	Kept Amount `json:"kept"`
	// Lost are the fitted numbers that go.
	Lost []Lost `json:"lost"`
	// Damaged are the numbers that would lose evidence: what leads to it can't be read, and so nothing says that it is needed.
	Damaged []Damage `json:"damaged"`
	// Study and Versions are what goes as a whole, where it does.
	Study    string       `json:"study,omitempty"`
	Versions []ziplaw.Key `json:"versions,omitempty"`

	objects [4][]store.Object // in the order of their removal
	uploads []store.Upload
}

// Places in the order of removal.
const (
	placeEntries = iota
	placeArtifacts
	placeCheckpoints
	placeClaims
)

func (s *Survey) newPlan(grace time.Duration) *Plan {
	return &Plan{Kinds: map[string]Amount{}, Before: s.Taken.Add(-grace), Lost: []Lost{}, Damaged: append([]Damage{}, s.Damaged...)}
}

func (p *Plan) take(o store.Object, kind string) {
	place := placeClaims
	if _, ok := store.EntryOf(o.Name); ok {
		place = placeEntries
	} else if _, ok := store.ArtifactOf(o.Name); ok {
		place = placeArtifacts
	} else if _, ok := store.CheckpointOf(o.Name); ok {
		place = placeCheckpoints
	}
	p.objects[place] = append(p.objects[place], o)
	p.add(o.Size)
	addTo(p.Kinds, kind, o.Size)
}

// Garbage plans to remove what nobody needs and what is older than a grace.
func (s *Survey) Garbage(ctx context.Context, grace time.Duration) (*Plan, error) {
	p := s.newPlan(grace)
	needs, keys, err := s.young(ctx, p.Before, -1)
	if err != nil {
		return nil, err
	}
	working := s.working(p.Before, -1)
	for _, o := range s.objects {
		if len(s.owners(o.Name)) > 0 || !known(o.Name) {
			continue
		}
		if !o.Modified.Before(p.Before) || protected(o.Name, needs, keys, working) {
			p.Later.add(o.Size)
			continue
		}
		p.take(o, s.kind(o.Name))
	}
	for _, u := range s.uploads {
		if u.Started.Before(p.Before) {
			p.uploads = append(p.uploads, u)
			p.add(u.Size)
			addTo(p.Kinds, KindUploads, u.Size)
		} else {
			p.Later.add(u.Size)
		}
	}
	p.Lost = s.lost(p.removed())
	return p, nil
}

// Removal plans to remove a study with all that no other study needs and that is older than a grace. Without a grace that is all that
// was there when the survey was taken.
func (s *Survey) Removal(ctx context.Context, name string, grace time.Duration) (*Plan, error) {
	i := s.index(name)
	if i < 0 {
		return nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("there is no study %s here", name),
			Hint: "ziplaw df shows all; --data-dir names another folder"}
	}
	if s.studies[i].running {
		return nil, &ziplaw.Error{Code: ziplaw.CodeStudyRunning, Message: fmt.Sprintf("study %s runs", name),
			Hint: "cancel it first, or wait until it is done"}
	}
	p := s.newPlan(grace)
	p.Study, p.Versions = name, s.studies[i].versions
	p.Damaged = slices.DeleteFunc(p.Damaged, func(d Damage) bool { return d.Study == name })
	recent := s.Taken.Add(-max(grace, s.store.LeastGrace()))
	needs, keys, err := s.young(ctx, recent, i)
	if err != nil {
		return nil, err
	}
	working := s.working(recent, i)
	for _, o := range s.objects {
		owners := s.owners(o.Name)
		switch {
		case !slices.Contains(owners, i) || !known(o.Name):
		case len(owners) > 1 || protected(o.Name, needs, keys, working):
			p.Kept.add(o.Size)
		case grace > 0 && !o.Modified.Before(p.Before):
			p.Later.add(o.Size)
		default:
			p.take(o, s.kind(o.Name))
		}
	}
	p.Lost = s.lost(p.removed())
	return p, nil
}

// removed are the artifacts of a plan.
func (p *Plan) removed() (ids []ziplaw.ArtifactID) {
	for _, o := range p.objects[placeArtifacts] {
		id, _ := store.ArtifactOf(o.Name)
		ids = append(ids, id)
	}
	return ids
}

// young is all that what was written after a time leads to, but for what one study needs.
func (s *Survey) young(ctx context.Context, after time.Time, but int) (map[ziplaw.ArtifactID]bool, map[ziplaw.Key]bool, error) {
	all := slices.Collect(maps.Values(s.entries))
	if err := s.graph.read(ctx, all); err != nil {
		return nil, nil, err
	}
	var roots []ziplaw.ArtifactID
	for key, id := range s.entries {
		s.graph.follow(id) // for the kinds of what it names
		if slices.Contains(s.keys[key], but) || slices.Contains(s.needs[id], but) {
			continue
		}
		spec, _ := s.graph.nodes[id].record.Input(actions.RoleSpec)
		if !s.written[key].Before(after) || s.isYoung(id, after) || s.isYoung(spec, after) {
			roots = append(roots, id)
		}
	}
	return s.closure(ctx, roots, nil)
}

func (s *Survey) isYoung(id ziplaw.ArtifactID, after time.Time) bool {
	put, there := s.put[id]
	return there && !put.Before(after)
}

// working are the actions whose claims or checkpoints were written after a time, but for those of one study.
func (s *Survey) working(after time.Time, but int) map[ziplaw.Key]bool {
	keys := map[ziplaw.Key]bool{}
	for _, o := range s.objects {
		key, ok := store.ClaimOf(o.Name)
		if !ok {
			key, ok = store.CheckpointOf(o.Name)
		}
		if ok && !o.Modified.Before(after) && !slices.Contains(s.keys[key], but) {
			keys[key] = true
		}
	}
	return keys
}

// protected says whether an object is needed by what is young.
func protected(name string, needs map[ziplaw.ArtifactID]bool, keys, working map[ziplaw.Key]bool) bool {
	if id, ok := store.ArtifactOf(name); ok {
		return needs[id]
	}
	if key, ok := store.EntryOf(name); ok {
		return keys[key] || working[key]
	}
	if key, ok := store.ClaimOf(name); ok {
		return working[key]
	}
	key, ok := store.CheckpointOf(name)
	return ok && working[key]
}
