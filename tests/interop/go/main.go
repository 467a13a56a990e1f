// Reads the folder of a log with Go's own transparency code, and nothing of ours: the checkpoint by its key, every entry
// against the hash tiles, the tiles against the checkpoint, and that every size the log ever had is a beginning of it.
//
//	verify FOLDER VKEY
//
// FOLDER holds `checkpoint` and `tile/`. Prints the size and the root; anything that does not hold ends it with status 1.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // of a tile: 256 hashes

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: verify FOLDER VKEY")
		os.Exit(64)
	}
	tree, err := verify(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d %x\n", tree.N, tree.Hash[:])
}

func verify(folder, vkey string) (tlog.Tree, error) {
	tree, err := checkpoint(filepath.Join(folder, "checkpoint"), vkey)
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	// Whatever is read from tiles is first proved to stand below the checkpoint's root.
	proved := tlog.TileHashReader(tree, &tiles{folder, map[string][]byte{}})
	logged, err := entries(folder, tree, proved)
	if err != nil {
		return tree, fmt.Errorf("entries: %w", err)
	}
	return tree, beginnings(tree, proved, logged)
}

// checkpoint opens the note; signatures by other keys, of types that Go does not know, are ignored.
func checkpoint(path, vkey string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tree, fmt.Errorf("not origin, size and root: %q", lines)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// entries compares the hash of every entry with its place in the tiles of level 0, and hashes them into a tree of its own.
func entries(folder string, tree tlog.Tree, proved tlog.HashReader) (memory, error) {
	var logged memory
	for first := int64(0); first < tree.N; first += 1 << height {
		width := min(tree.N-first, 1<<height)
		some, err := bundle(folder, tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)})
		if err != nil {
			return nil, err
		}
		if int64(len(some)) != width {
			return nil, fmt.Errorf("%d entries from %d on, not %d", len(some), first, width)
		}
		for n, entry := range some {
			index, hash := first+int64(n), tlog.RecordHash(entry)
			proof, err := tlog.ProveRecord(tree.N, index, proved)
			if err != nil {
				return nil, err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, hash); err != nil {
				return nil, fmt.Errorf("entry %d: %w", index, err)
			}
			stored, err := tlog.StoredHashesForRecordHash(index, hash, logged)
			if err != nil {
				return nil, err
			}
			logged = append(logged, stored...)
		}
		if err := same(first, width, proved, logged); err != nil {
			return nil, err
		}
	}
	return logged, nil
}

// same compares the hashes of a tile of level 0 with those of its entries.
func same(first, width int64, proved, logged tlog.HashReader) error {
	var indexes []int64
	for index := first; index < first+width; index++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, index))
	}
	inTile, err := proved.ReadHashes(indexes)
	if err != nil {
		return err
	}
	ofEntries, err := logged.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for n := range indexes {
		if inTile[n] != ofEntries[n] {
			return fmt.Errorf("entry %d is not the leaf in the tile", first+int64(n))
		}
	}
	return nil
}

// beginnings proves by the tiles that the checkpoint continues the tree over the first n entries, for every n.
func beginnings(tree tlog.Tree, proved tlog.HashReader, logged memory) error {
	for n := int64(1); n <= tree.N; n++ {
		proof, err := tlog.ProveTree(tree.N, n, proved)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, n, root(logged, n)); err != nil {
			return fmt.Errorf("size %d: %w", n, err)
		}
	}
	return nil
}

// root is the zero hash, which proves nothing, where a hash is missing.
func root(hashes tlog.HashReader, size int64) tlog.Hash {
	hash, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return tlog.Hash{}
	}
	return hash
}

// bundle reads the entries of a tile, each after its length.
func bundle(folder string, tile tlog.Tile) (found [][]byte, err error) {
	raw, err := os.ReadFile(filepath.Join(folder, path(tile)))
	for err == nil && len(raw) > 0 {
		if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
			return nil, fmt.Errorf("%s is cut", path(tile))
		}
		end := 2 + int(binary.BigEndian.Uint16(raw))
		found, raw = append(found, raw[2:end]), raw[end:]
	}
	return found, err
}

// path is that of C2SP tlog-tiles, which leaves out the height and calls the tiles of entries by that name.
func path(tile tlog.Tile) string {
	named := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(named, "tile/data/", "tile/entries/", 1)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// tiles reads the files of a folder, each once.
type tiles struct {
	folder string
	read   map[string][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for n, tile := range wanted {
		name := path(tile)
		if t.read[name] == nil {
			raw, err := os.ReadFile(filepath.Join(t.folder, name))
			if err != nil {
				return nil, err
			}
			t.read[name] = raw
		}
		found[n] = t.read[name]
	}
	return found, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// memory holds the hashes of a tree in the order in which Go stores them.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for n, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found[n] = m[index]
	}
	return found, nil
}
