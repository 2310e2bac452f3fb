package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ziplaw/ziplaw"
)

// ErrClaimLost says that a claim lapsed and somebody else took it.
var ErrClaimLost = errors.New("claim lost")

// Holder is who runs an action.
type Holder struct {
	Owner   string    `json:"owner"`
	Token   int64     `json:"token"`
	Expires time.Time `json:"expires"`
}

// Claim is the right to run an action until it expires. It saves work and guards nothing: results are the same
// whoever computes them, checkpoints are apart by their tokens, and publishing decides by itself. So clocks that
// disagree cost at worst a run that is done twice.
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
	Nonce string `json:"nonce"` // of one call of Claim, to know our own after a lost answer
}

func claimName(key ziplaw.Key) string { return "claims/" + string(key) + ".json" }

const claimTries = 8

// errContended says that others changed an object between every reading and writing of it.
var errContended = errors.New("it changes whenever it is to be written")

// Claim takes the right to run an action for a time, with the next fencing token, by one conditional write. Where
// somebody holds it, the claim is nil and the holder says who and until when.
func (s *Store) Claim(ctx context.Context, key ziplaw.Key, owner string, ttl time.Duration) (*Claim, Holder, error) {
	if err := checkKey(key); err != nil {
		return nil, Holder{}, err
	}
	nonce := rand.Text()
	for range claimTries {
		there, etag, err := s.readClaim(ctx, key)
		switch {
		case err != nil:
			return nil, Holder{}, err
		case there.Nonce == nonce: // an answer was lost, or there was none to refuse
			return &Claim{Key: key, Owner: owner, Token: there.Token, store: s, ttl: ttl, body: there, etag: etag}, there.Holder, nil
		case time.Now().Before(there.Expires):
			return nil, there.Holder, nil
		}
		there.Key, there.Owner, there.Nonce, there.Expires = key, owner, nonce, time.Now().Add(ttl).UTC()
		there.Token++
		if err := s.writeClaim(ctx, there, etag); err != nil {
			return nil, Holder{}, err
		}
	}
	return nil, Holder{}, fail("write", claimName(key), errContended)
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
	_, now, err := s.readClaim(ctx, c.Key)
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

// readClaim reads the claim on a key; empty where there is none. One that can't be read has lapsed, with the highest
// token that left a checkpoint.
func (s *Store) readClaim(ctx context.Context, key ziplaw.Key) (c claimBody, etag string, err error) {
	o, err := s.get(ctx, claimName(key))
	if errors.Is(err, errAbsent) {
		return c, "", nil
	}
	if err != nil {
		return c, "", err
	}
	if json.Unmarshal(o.body, &c) == nil && c.Key == key && c.Token > 0 {
		return c, o.etag, nil
	}
	all, err := s.checkpoints(ctx, key)
	c = claimBody{}
	for _, p := range all {
		c.Token = max(c.Token, p.token)
	}
	return c, o.etag, err
}

// String is the holder in words.
func (h Holder) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s until %s (token %d)", h.Owner, h.Expires.Format(time.RFC3339), h.Token))
}
