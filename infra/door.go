package infra

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/server/common/rpc/encryption"

	"github.com/ziplaw/ziplaw"
)

// doorFile holds what opens Temporal's ports: a certificate, that of the authority which signed it, and the certificate's key. It is
// one file, so that a kill leaves all of it or nothing, and every program takes it for each of the three.
const doorFile = "temporal.pem"

// door is the certificate that Temporal's servers and their clients show each other. There is one role: who holds it may do anything.
type door struct {
	pair      tls.Certificate
	authority *x509.Certificate
}

// openDoor reads the folder's door, and makes one where there is none, or where it ends soon.
func openDoor(dir string, now time.Time) (door, error) {
	name := filepath.Join(dir, doorFile)
	b, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return door{}, fmt.Errorf("key of the Temporal server: %w", err)
	}
	if err == nil {
		if d, err := parseDoor(name, b); err != nil || d.lasts(now) {
			return d, err
		}
	}
	if b, err = makeDoor(now); err == nil {
		err = writeFile(name, b)
	}
	if err != nil {
		return door{}, fmt.Errorf("key of the Temporal server: %w", err)
	}
	return parseDoor(name, b)
}

// readDoor reads the door of servers that another process runs, which have said which one is theirs.
func readDoor(dir, theirs string, now time.Time) (door, error) {
	name := filepath.Join(dir, doorFile)
	refuse := func(what, hint string) (door, error) {
		return door{}, &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--data-dir", Message: name + " " + what, Hint: hint}
	}
	const again = "end the process that runs the servers and start it again: that makes a new one"
	b, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refuse("is missing, and the servers answer nobody without it", again)
	case err != nil:
		return door{}, unreadable(err)
	}
	d, err := parseDoor(name, b)
	switch {
	case err != nil:
		e := *ziplaw.AsError(err)
		e.Hint = "end the process that runs the servers and delete the file, which is safe: the next start makes a new one"
		return door{}, &e
	case d.id() != theirs:
		return refuse("isn't the one with which the servers have started", again)
	case now.Before(d.pair.Leaf.NotBefore):
		return refuse("holds a certificate that begins on "+day(d.pair.Leaf.NotBefore)+", and today is "+day(now), "set the clock")
	case now.After(d.pair.Leaf.NotAfter):
		return refuse("holds a certificate that ended on "+day(d.pair.Leaf.NotAfter)+", and today is "+day(now), again+"; or set the clock")
	}
	return d, nil
}

// id tells doors apart, and opens none.
func (d door) id() string {
	sum := sha256.Sum256(d.pair.Certificate[0])
	return hex.EncodeToString(sum[:8])
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// lasts says whether the door opens now and for a good while.
func (d door) lasts(now time.Time) bool {
	return !now.Before(d.pair.Leaf.NotBefore) && now.Before(d.pair.Leaf.NotAfter.Add(-doorRenewal))
}

// parseDoor reads what makeDoor makes, and nothing else.
func parseDoor(name string, b []byte) (door, error) {
	pair, err := tls.X509KeyPair(b, b)
	if err != nil {
		return door{}, damagedDoor(name, "is damaged")
	}
	if len(pair.Certificate) != 2 {
		return door{}, damagedDoor(name, "is of another program")
	}
	authority, err := x509.ParseCertificate(pair.Certificate[1])
	if err != nil {
		return door{}, damagedDoor(name, "is damaged")
	}
	pair.Certificate = pair.Certificate[:1] // everybody has the authority's
	d := door{pair, authority}
	for _, use := range doorUses {
		_, err := pair.Leaf.Verify(x509.VerifyOptions{
			Roots: d.authorities(), DNSName: serverName, KeyUsages: []x509.ExtKeyUsage{use}, CurrentTime: pair.Leaf.NotBefore,
		})
		if err != nil {
			return door{}, damagedDoor(name, "is of another program")
		}
	}
	return d, nil
}

func damagedDoor(name, what string) error {
	return damaged(name, what+", and holds no key of the Temporal server", "nothing is lost, a new key is made")
}

func (d door) authorities() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(d.authority)
	return pool
}

// server is what a port asks: the certificate, whoever comes.
func (d door) server() *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{d.pair}, ClientCAs: d.authorities(), ClientAuth: tls.RequireAndVerifyClientCert,
		MinVersion: tls.VersionTLS13,
	}
}

// client is what a client shows and asks.
func (d door) client() *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{d.pair}, RootCAs: d.authorities(), ServerName: serverName, MinVersion: tls.VersionTLS13,
	}
}

// everywhere is the door for all four services, and for what they ask each other.
func (d door) everywhere() encryption.TLSConfigProvider {
	return &encryption.FixedTLSConfigProvider{
		InternodeServerConfig: d.server(), InternodeClientConfig: d.client(), FrontendServerConfig: d.server(), FrontendClientConfig: d.client(),
	}
}
