package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const studyPrefix = "studies/"

// StudyName is the name of the object of a study's version.
func StudyName(study, version string) string { return studyPrefix + study + "/" + version + ".json" }

// Version is a finished version of a study.
type Version struct {
	Version  string
	Finished time.Time // by the server's clock
}

// PutStudy files a finished version of a study, over what stood there.
func (s *Store) PutStudy(ctx context.Context, study, version string, body []byte) error {
	if err := checkNames(study, version); err != nil {
		return err
	}
	return s.put(ctx, StudyName(study, version), bytes.NewReader(body), int64(len(body)))
}

// GetStudy reads a finished version of a study. False says that there is none.
func (s *Store) GetStudy(ctx context.Context, study, version string) ([]byte, bool, error) {
	if err := checkNames(study, version); err != nil {
		return nil, false, err
	}
	o, err := s.get(ctx, StudyName(study, version))
	if errors.Is(err, errAbsent) {
		return nil, false, nil
	}
	return o.body, err == nil, err
}

// ListStudies names the studies that have a finished version.
func (s *Store) ListStudies(ctx context.Context) ([]string, error) {
	objects, err := s.list(ctx, studyPrefix)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, o := range objects {
		if study, _, ok := parseStudy(o.name); ok {
			names = append(names, study)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Versions lists the finished versions of a study, the newest first.
func (s *Store) Versions(ctx context.Context, study string) ([]Version, error) {
	if err := checkNames(study, "-"); err != nil {
		return nil, err
	}
	objects, err := s.list(ctx, studyPrefix+study+"/")
	if err != nil {
		return nil, err
	}
	versions := []Version{}
	for _, o := range objects {
		if _, version, ok := parseStudy(o.name); ok {
			versions = append(versions, Version{Version: version, Finished: o.modified})
		}
	}
	slices.SortStableFunc(versions, func(a, b Version) int {
		return cmp.Or(b.Finished.Compare(a.Finished), cmp.Compare(a.Version, b.Version))
	})
	return versions, nil
}

func parseStudy(name string) (study, version string, ok bool) {
	study, file, ok := strings.Cut(strings.TrimPrefix(name, studyPrefix), "/")
	version, isJSON := strings.CutSuffix(file, ".json")
	return study, version, ok && isJSON && !strings.Contains(version, "/")
}

// checkNames reports names that would end up elsewhere in the bucket.
func checkNames(names ...string) error {
	for _, name := range names {
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\") {
			return fmt.Errorf("store: %q names no study or version", name)
		}
	}
	return nil
}
