package storetest

import (
	"slices"
	"time"
)

var studyTests = []test{
	{"versions", studyVersions},
	{"refused", refusedStudies},
}

func studyVersions(b *bucket) {
	if names, err := b.store.ListStudies(b.Context()); err != nil || names == nil || len(names) != 0 {
		b.Errorf("studies of an empty bucket: %v, %v", names, err)
	}
	if _, found, err := b.store.GetStudy(b.Context(), "quick", "v1"); found || err != nil {
		b.Errorf("a study that isn't there: %v, %v", found, err)
	}
	for _, s := range [][2]string{{"quick", "v2"}, {"quick", "v1"}, {"quicker", "v9"}, {"a-b.c", "v1"}} {
		b.check(b.store.PutStudy(b.Context(), s[0], s[1], []byte(`{"of":"`+s[0]+s[1]+`"}`)))
		if s[0] == "quick" {
			time.Sleep(1100 * time.Millisecond) // some servers know whole seconds only
		}
	}
	names, err := b.store.ListStudies(b.Context())
	if err != nil || !slices.Equal(names, []string{"a-b.c", "quick", "quicker"}) {
		b.Errorf("studies %v, %v", names, err)
	}
	b.wantVersions("v1", "v2")
	b.check(b.store.PutStudy(b.Context(), "quick", "v2", []byte(`{}`)))
	b.wantVersions("v2", "v1")
	body, found, err := b.store.GetStudy(b.Context(), "quick", "v1")
	if err != nil || !found || string(body) != `{"of":"quickv1"}` {
		b.Errorf("study %s, %v, %v", body, found, err)
	}
}

func (b *bucket) wantVersions(want ...string) {
	b.Helper()
	versions, err := b.store.Versions(b.Context(), "quick")
	b.check(err)
	var got []string
	for _, v := range versions {
		got = append(got, v.Version)
		if age := time.Since(v.Finished); age < -5*time.Second || age > time.Minute {
			b.Errorf("version %s was finished %s ago", v.Version, age)
		}
	}
	if !slices.Equal(got, want) {
		b.Errorf("versions %v, want %v", got, want)
	}
}

func refusedStudies(b *bucket) {
	for _, name := range []string{"", "..", "a/b", `a\b`} {
		if err := b.store.PutStudy(b.Context(), name, "v1", nil); err == nil {
			b.Errorf("study %q is stored", name)
		}
		if err := b.store.PutStudy(b.Context(), "quick", name, nil); err == nil {
			b.Errorf("version %q is stored", name)
		}
		if _, err := b.store.Versions(b.Context(), name); err == nil {
			b.Errorf("study %q is listed", name)
		}
	}
}
