package infra

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"net"
	"time"
)

const (
	// serverName is the name by which clients know the servers, wherever their folder is.
	serverName = "localhost"

	doorLife    = 10 * 365 * 24 * time.Hour
	doorRenewal = 365 * 24 * time.Hour // a start so long before the end makes a new one
	clockSkew   = 7 * 24 * time.Hour   // how far clocks may be behind that of the start
	certificate = "CERTIFICATE"        // types of PEM blocks
	privateKey  = "PRIVATE KEY"        // in PKCS #8
)

// doorUses are those of the one certificate: the servers ask each other, and so are clients, too.
var doorUses = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}

// makeDoor makes an authority, which signs one certificate and whose key is then forgotten: nobody can sign another one.
func makeDoor(now time.Time) ([]byte, error) {
	authorityKey, err1 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	key, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	authority := doorTemplate("ziplaw authority "+rand.Text()[:8], now)
	authority.IsCA, authority.MaxPathLenZero, authority.KeyUsage = true, true, x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	if authority, err = x509.ParseCertificate(signed); err != nil {
		return nil, err
	}
	leaf := doorTemplate("ziplaw", now)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, doorUses
	leaf.DNSNames, leaf.IPAddresses = []string{serverName}, []net.IP{net.ParseIP(loopback)}
	own, err := x509.CreateCertificate(rand.Reader, leaf, authority, &key.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	for _, block := range []pem.Block{{Type: certificate, Bytes: own}, {Type: certificate, Bytes: signed}, {Type: privateKey, Bytes: secret}} {
		if err := pem.Encode(&file, &block); err != nil {
			return nil, err
		}
	}
	return file.Bytes(), nil
}

func doorTemplate(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-clockSkew), NotAfter: now.Add(doorLife), BasicConstraintsValid: true,
	}
}
