"""Sizes of documents under Python's gzip.GzipFile, for gzip_test.go: prints the table gzip_sizes.csv.

Document i of length n holds the ids x(j) = (a j + j*j % m) % v of a small arithmetic rule, so that Go makes the same.
"""
import gzip, io, struct, zlib, sys

print("# zlib", zlib.ZLIB_RUNTIME_VERSION, "python", sys.version.split()[0], file=sys.stderr)
print("n,a,m,v,level,size")
for n in (0, 1, 2, 17, 255, 256, 1000):
    for a, m, v in ((1, 1, 3), (7, 13, 50), (31, 97, 500), (12345, 7919, 32000), (1, 5, 2)):
        raw = b"".join(struct.pack(">i", (a * j + j * j % m) % v) for j in range(n))
        for level in (1, 6, 9):
            out = io.BytesIO()
            with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=level) as f:
                f.write(raw)
            print(f"{n},{a},{m},{v},{level},{len(out.getvalue())}")
