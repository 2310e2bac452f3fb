package infra

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"
)

// TestUI opens the web UI as a browser does: by the URL that joins print, and then by what it left.
func TestUI(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir, uiEnv+"=1")
	defer h.close(t)
	s := joined(t, dir)
	base, _, _ := strings.Cut(s.UI(), "/?token=")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser, stranger := &http.Client{Jar: jar, Timeout: 10 * time.Second}, &http.Client{Timeout: 10 * time.Second}
	get := func(c *http.Client, url string) (int, string) {
		t.Helper()
		res, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	once := s.UI()
	if code, body := get(browser, once); code != http.StatusOK || !strings.Contains(body, "url=/") {
		t.Errorf("%d %s", code, body)
	}
	if code, body := get(stranger, once); code != http.StatusUnauthorized || !strings.Contains(body, "ziplaw up") {
		t.Errorf("the same URL again: %d %s", code, body)
	}
	for path, want := range map[string]string{
		"/":                                    "_app",
		"/namespaces/default/workflows":        "_app",
		"/favicon.ico":                         "",
		"/api/v1/settings":                     `"DefaultNamespace":"default"`,
		"/api/v1/namespaces":                   `"name": "default"`,
		"/api/v1/namespaces/default/workflows": "{",
		"/api/v1/cluster-info":                 "serverVersion",
		"/render?content=%2Aa%2A":              "<em>a</em>",
		"/api/v1/namespaces/default/search-attributes": "ZiplawStudy",
	} {
		if code, body := get(browser, base+path); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s", path, code, body)
		}
		if code, _ := get(stranger, base+path); code != http.StatusUnauthorized {
			t.Errorf("%s without the cookie: %d", path, code)
		}
	}
	if code, _ := get(browser, base+"/api/v1/releases"); code == http.StatusOK {
		t.Error("it asks other hosts for releases")
	}
}
