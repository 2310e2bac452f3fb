package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ziplaw/ziplaw"
)

// ErrClaimLost says that a claim lapsed and somebody else took it.
var ErrClaimLost = errors.New("claim lost")

// Holder is who runs an action.
type Holder struct {
	Owner string `json:"owner"`
	Token int64  `json:"token"`
	// Seconds is how long the claim holds after it was written; 0 where its owner let it go.
	Seconds float64 `json:"seconds"`
}

// Claim is the right to run an action for a time after it was written last. Both times are the store's, and no clock of a
// claimant counts. It saves work and guards nothing: results are the same whoever computes them, checkpoints are apart by
// their tokens, and publishing decides by itself. A claim that is taken too soon costs a run that is done twice.
type Claim struct {
	Key   ziplaw.Key
	Owner string
	Token int64 // 1 for the first attempt at the key; no two attempts share one

	store *Store
	ttl   time.Duration

	mu   sync.Mutex
	body claimBody
	etag string
}

// claimBody is the object claims/KEY.json. It is never deleted, so that tokens go up only.
type claimBody struct {
	Key ziplaw.Key `json:"key"`
	Holder
	Nonce   string `json:"nonce"`   // of one call of Claim, to know our own after a lost answer
	Renewal int    `json:"renewal"` // counts renewals: each has bytes, and so an etag, of its own
}

const claimPrefix = "claims/"

func claimName(key ziplaw.Key) string { return claimPrefix + string(key) + ".json" }

const claimTries = 8

// errContended says that others changed an object between every reading and writing of it.
var errContended = errors.New("it changes whenever it is to be written")

// Claim takes the right to run an action for a time, with the next fencing token, by one conditional write. Where
// somebody holds it who isn't known to have ended, the claim is nil and the holder says who.
func (s *Store) Claim(ctx context.Context, key ziplaw.Key, owner string, ttl time.Duration) (*Claim, Holder, error) {
	if err := checkKey(key); err != nil {
		return nil, Holder{}, err
	}
	nonce := rand.Text()
	for range claimTries {
		there, etag, age, err := s.readClaim(ctx, key)
		switch {
		case err != nil:
			return nil, Holder{}, err
		case there.Nonce == nonce: // an answer was lost, or there was none to refuse
			return &Claim{Key: key, Owner: owner, Token: there.Token, store: s, ttl: ttl, body: there, etag: etag}, there.Holder, nil
		case s.holds(there, etag, age):
			return nil, there.Holder, nil
		}
		there.Key, there.Owner, there.Nonce, there.Seconds = key, owner, nonce, ttl.Seconds()
		there.Token++
		if err := s.writeClaim(ctx, there, etag); err != nil {
			return nil, Holder{}, err
		}
	}
	return nil, Holder{}, fail("write", claimName(key), errContended)
}

// holds says whether a claim still holds. Where the server doesn't tell the time, the claim has held since we saw it first
// as it is: its owner would have written it again.
func (s *Store) holds(c claimBody, etag string, age time.Duration) bool {
	if c.Seconds <= 0 || s.gone != nil && s.gone(c.Owner) {
		return false
	}
	if age < 0 {
		age = s.seen.since(c.Key, etag)
	}
	return age <= time.Duration(c.Seconds*float64(time.Second))
}

// sightings are the claims of others as they were seen first, by key.
type sightings struct {
	mu  sync.Mutex
	all map[ziplaw.Key]sighting
}

type sighting struct {
	etag string
	at   time.Time
}

// since is how long a claim has been seen as it is.
func (s *sightings) since(key ziplaw.Key, etag string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[ziplaw.Key]sighting{}
	}
	if s.all[key].etag != etag {
		s.all[key] = sighting{etag, time.Now()}
	}
	return time.Since(s.all[key].at)
}

// writeClaim tries to write a claim over the one with the etag. Whether it stands is read afterwards.
func (s *Store) writeClaim(ctx context.Context, c claimBody, etag string) error {
	body, err := encode(c)
	if err != nil {
		return err
	}
	_, ok, putErr := s.putIf(ctx, claimName(c.Key), body, etag)
	if ok {
		return nil
	}
	_, now, _, err := s.readClaim(ctx, c.Key)
	switch {
	case err != nil:
		return errors.Join(putErr, err)
	case now != etag: // somebody's, or ours
		return nil
	case putErr != nil:
		return putErr
	case etag != "":
		return nil
	}
	// Refused, though nothing is there: behind the delete marker of a claim that somebody deleted by hand.
	return s.removeVersions(ctx, claimName(c.Key))
}

// readClaim reads the claim on a key and its age; empty where there is none. One that can't be read has lapsed, with the
// highest token that left a checkpoint.
func (s *Store) readClaim(ctx context.Context, key ziplaw.Key) (c claimBody, etag string, age time.Duration, err error) {
	o, err := s.get(ctx, claimName(key))
	if errors.Is(err, errAbsent) {
		return c, "", 0, nil
	}
	if err != nil {
		return c, "", 0, err
	}
	if json.Unmarshal(o.body, &c) == nil && c.Key == key && c.Token > 0 {
		return c, o.etag, o.age, nil
	}
	all, err := s.checkpoints(ctx, key)
	c = claimBody{}
	for _, p := range all {
		c.Token = max(c.Token, p.token)
	}
	return c, o.etag, 0, err
}

// String is the holder in words.
func (h Holder) String() string { return fmt.Sprintf("%s (token %d)", h.Owner, h.Token) }
