package store

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
)

// Config says where the bucket is.
type Config struct {
	Endpoint     string // host:port
	AccessKey    string // empty: the AWS shared files, or the role of the machine
	SecretKey    string // given with AccessKey
	SessionToken string // of temporary credentials, otherwise empty
	Bucket       string
	Region       string // empty: the server is asked
	Secure       bool   // TLS

	// Transport carries the requests; nil is the client's own.
	Transport http.RoundTripper
	// Gone, where set, says of the owner of a claim that its process is known to have ended, so that the claim holds nobody up.
	Gone func(owner string) bool
	// RenewAge is the age from which what is used again is put again, so that no sweep takes it; 0 is DefaultRenewAge. All
	// who use a bucket have the same one.
	RenewAge time.Duration
}

// DefaultBucket is the bucket where none is named.
const DefaultBucket = "ziplaw"

// ConfigFromEnv reads ZIPLAW_S3_ENDPOINT (or AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL: a URL, or host:port for TLS),
// ZIPLAW_S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, and AWS_REGION (or
// AWS_DEFAULT_REGION). It says false where no endpoint is named. Without keys in the environment the AWS shared files or the
// role of the machine have them.
func ConfigFromEnv() (Config, bool, error) { return configFrom(os.Getenv) }

func configFrom(getenv func(string) string) (Config, bool, error) {
	first := func(names ...string) string {
		for _, name := range names {
			if v := getenv(name); v != "" {
				return v
			}
		}
		return ""
	}
	endpoint := first("ZIPLAW_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
	if endpoint == "" {
		return Config{}, false, nil
	}
	c := Config{
		AccessKey: getenv("AWS_ACCESS_KEY_ID"), SecretKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"), Bucket: first("ZIPLAW_S3_BUCKET"),
		Region: first("AWS_REGION", "AWS_DEFAULT_REGION"),
	}
	if c.Bucket == "" {
		c.Bucket = DefaultBucket
	}
	var err error
	if c.Endpoint, c.Secure, err = parseEndpoint(endpoint); err != nil {
		return Config{}, true, err
	}
	return c, true, c.Validate()
}

// parseEndpoint reads http://host:port, https://host:port, or host:port for TLS.
func parseEndpoint(s string) (host string, secure bool, err error) {
	text := s
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return "", false, usage("ZIPLAW_S3_ENDPOINT", "such as http://127.0.0.1:9000", "no S3 endpoint: %q", s)
	}
	return u.Host, u.Scheme == "https", nil
}

// Validate reports a configuration that can't be opened.
func (c Config) Validate() error {
	switch {
	case c.Endpoint == "":
		return usage("ZIPLAW_S3_ENDPOINT", "such as http://127.0.0.1:9000", "no S3 endpoint")
	case c.AccessKey == "" && c.SecretKey != "":
		return usage("AWS_ACCESS_KEY_ID", "set it with AWS_SECRET_ACCESS_KEY", "no access key for %s", c.Endpoint)
	case c.AccessKey != "" && c.SecretKey == "":
		return usage("AWS_SECRET_ACCESS_KEY", "set it with AWS_ACCESS_KEY_ID", "no secret key for %s", c.Endpoint)
	case c.Bucket == "":
		return usage("ZIPLAW_S3_BUCKET", "such as "+DefaultBucket, "no bucket")
	}
	return nil
}

func usage(field, hint, format string, args ...any) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: field, Message: fmt.Sprintf(format, args...), Hint: hint}
}
