package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

var repairTests = []test{
	{"unreadable entry", unreadableEntry},
	{"race of repairs", raceOfRepairs},
	{"corrupt record", corruptRecord},
	{"output gone", outputGone},
	{"input gone", inputGone},
	{"corrupt output", corruptOutput},
}

// wantMadeAgain wants a published action, of which something has been broken, to be absent for the next attempt, which
// then replaces its entry.
func (b *bucket) wantMadeAgain(what string, rec ziplaw.Record) {
	b.Helper()
	if e, found := b.lookup(rec.Key); found {
		b.Errorf("%s: the action counts as done: %+v", what, e)
	}
	rec = b.record("repair", paramsOf(rec))
	if _, won := b.publish(b.Context(), b.store, rec); !won {
		b.Errorf("%s: the repair lost", what)
	}
	if e, found := b.lookup(rec.Key); !found || e.Attempt != "repair" {
		b.Errorf("%s: after the repair: %+v, %v", what, e, found)
	}
}

func paramsOf(rec ziplaw.Record) json.RawMessage {
	var p struct {
		Params json.RawMessage `json:"params"`
	}
	_ = json.Unmarshal(rec.Preimage, &p) // made by this package
	return p.Params
}

func unreadableEntry(b *bucket) {
	other := b.record("first", "other")
	b.publish(b.Context(), b.store, other)
	o := b.entryBytes(other.Key)
	for name, spoil := range map[string]func([]byte) []byte{
		"garbage":          func([]byte) []byte { return []byte("garbage") },
		"empty":            func([]byte) []byte { return nil },
		"half":             func(e []byte) []byte { return e[:len(e)/2] },
		"another's":        func([]byte) []byte { return o },
		"another preimage": func(e []byte) []byte { return []byte(strings.Replace(string(e), `"version":1`, `"version":2`, 1)) },
		"no record":        func(e []byte) []byte { return []byte(strings.Replace(string(e), `sha256:`, ``, 1)) },
	} {
		rec := b.record("first", name)
		b.publish(b.Context(), b.store, rec)
		b.write(store.EntryName(rec.Key), spoil(b.entryBytes(rec.Key)))
		b.wantMadeAgain(name, rec)
	}
}

func (b *bucket) entryBytes(key ziplaw.Key) []byte {
	b.Helper()
	e, found := b.lookup(key)
	if !found {
		b.Fatalf("no entry %s", key)
	}
	body, err := json.Marshal(e)
	b.check(err)
	return body
}

func raceOfRepairs(b *bucket) {
	rec := b.record("first", "race")
	b.write(store.EntryName(rec.Key), []byte("garbage"))
	records := make([]ziplaw.Record, 16)
	for i := range records {
		records[i] = b.record(fmt.Sprint("repair ", i), "race")
	}
	var (
		wins atomic.Int32
		all  sync.WaitGroup
	)
	for _, rec := range records {
		all.Go(func() {
			if _, _, won, err := b.store.Publish(b.Context(), rec); err != nil {
				b.Error(err)
			} else if won {
				wins.Add(1)
			}
		})
	}
	all.Wait()
	if wins.Load() != 1 {
		b.Errorf("%d winners", wins.Load())
	}
}

func corruptRecord(b *bucket) {
	rec := b.record("first", "record")
	id, _ := b.publish(b.Context(), b.store, rec)
	b.write(at(id), []byte(`{"key":"`+string(rec.Key)+`"}`))
	b.wantMadeAgain("other bytes", rec)
	rec = b.record("first", "no record")
	id, _ = b.publish(b.Context(), b.store, rec)
	b.remove(at(id))
	b.wantMadeAgain("gone", rec)
}

func outputGone(b *bucket) {
	rec := b.record("first", "output")
	b.publish(b.Context(), b.store, rec)
	b.remove(at(rec.Outputs[0].ID))
	if _, found := b.lookup(rec.Key); found {
		b.Error("the action counts as done without its output")
	}
	rec = b.record("repair", "output") // puts the output again, and so repairs the first attempt's entry
	if winner, _, won, err := b.store.Publish(b.Context(), rec); err != nil || won || winner.Attempt != "first" {
		b.Errorf("the repair: won %v, winner %q, %v", won, winner.Attempt, err)
	}
}

func inputGone(b *bucket) {
	rec := b.record("first", "input")
	rec.Inputs = []ziplaw.Ref{{Role: "spec", ID: b.put([]byte("a spec"))}}
	b.publish(b.Context(), b.store, rec)
	if _, found := b.lookup(rec.Key); !found {
		b.Error("an action with all of its inputs counts as absent")
	}
	b.remove(at(rec.Inputs[0].ID))
	b.wantMadeAgain("input gone", rec)
}

// corruptOutput goes the whole way: the reader finds the bytes wrong, discards them, the maker finds its action
// absent, makes the bytes again, and the entry holds again.
func corruptOutput(b *bucket) {
	rec := b.record("first", "corrupt")
	b.publish(b.Context(), b.store, rec)
	id := rec.Outputs[0].ID
	b.write(at(id), []byte("wrong"))
	_, err := b.store.Get(b.Context(), id)
	b.wantBad(err, id, false)
	if gone, err := b.store.Discard(b.Context(), id); !gone || err != nil {
		b.Fatalf("discard: %v, %v", gone, err)
	}
	if _, found := b.lookup(rec.Key); found {
		b.Error("the action counts as done without its output")
	}
	b.publish(b.Context(), b.store, b.record("repair", "corrupt"))
	if _, err := b.store.Get(b.Context(), id); err != nil {
		b.Error(err)
	}
	if _, found := b.lookup(rec.Key); !found {
		b.Error("the action counts as absent after the repair")
	}
}
