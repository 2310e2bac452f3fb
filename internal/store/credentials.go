package store

import (
	"strings"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"
)

// provider is where the keys come from: those of the configuration, or else the AWS shared files (profile AWS_PROFILE), or
// else the role of the machine or container, where its variables or an AWS endpoint say that there is one. Nothing else is
// asked: elsewhere the probe of a metadata host would be a request to another host that nobody wanted.
func (c Config) provider(getenv func(string) string) credentials.Provider {
	if c.AccessKey != "" {
		return &credentials.Static{Value: credentials.Value{
			AccessKeyID: c.AccessKey, SecretAccessKey: c.SecretKey, SessionToken: c.SessionToken, SignerType: credentials.SignatureV4,
		}}
	}
	chain := &credentials.Chain{Providers: []credentials.Provider{&sharedFiles{}}}
	if hasRole(c.Endpoint, getenv) {
		chain.Providers = append(chain.Providers, &credentials.IAM{})
	}
	return chain
}

// hasRole tells whether a machine's or a container's role may give keys.
func hasRole(endpoint string, getenv func(string) string) bool {
	for _, name := range []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		if getenv(name) != "" {
			return true
		}
	}
	host, _, _ := strings.Cut(endpoint, ":")
	return strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn")
}

// rereadFiles is how soon keys that somebody writes into the shared files are used.
const rereadFiles = time.Minute

// sharedFiles are the AWS shared files, read again from time to time: whoever renews keys writes them there.
type sharedFiles struct {
	credentials.FileAWSCredentials
	read time.Time
}

// RetrieveWithCredContext reads the files.
func (f *sharedFiles) RetrieveWithCredContext(cc *credentials.CredContext) (credentials.Value, error) {
	f.read = time.Now()
	return f.FileAWSCredentials.RetrieveWithCredContext(cc)
}

// Retrieve reads the files.
func (f *sharedFiles) Retrieve() (credentials.Value, error) { return f.RetrieveWithCredContext(nil) }

// IsExpired tells whether it is time to read them again.
func (f *sharedFiles) IsExpired() bool {
	return time.Since(f.read) > rereadFiles || f.FileAWSCredentials.IsExpired()
}

// findKeys reports a configuration for which no keys are found.
func findKeys(endpoint string, p credentials.Provider) error {
	v, err := credentials.New(p).GetWithContext(nil)
	if err != nil || v.AccessKeyID == "" || v.SecretAccessKey == "" {
		return usage("AWS_ACCESS_KEY_ID", "set it with AWS_SECRET_ACCESS_KEY, or name a profile of the AWS shared files with AWS_PROFILE", "no keys for %s", endpoint)
	}
	return nil
}
