// Command go_log_check checks a public log with the packages that verify Go's own checksum database
// (golang.org/x/mod/sumdb); it shares no code with Amanah and trusts none of its files.
//
//	go_log_check log FOLDER VKEY < questions.json > answers.json
//	go_log_check proof FILE VKEY
//
// "log" opens FOLDER/checkpoint, authenticates every hash tile and every entry bundle against it, checks the proofs it
// is asked about, and answers with proofs of its own. "proof" checks one .tlog-proof file offline.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight, tileWidth = 8, 256

type recordProof struct {
	Index int64            `json:"index"`
	Proof tlog.RecordProof `json:"proof"`
}

type treeProof struct {
	OldSize int64          `json:"old_size"`
	OldRoot tlog.Hash      `json:"old_root"`
	Proof   tlog.TreeProof `json:"proof"`
}

// questions holds proofs to check; each is answered with a proof of our own for the same entry or the same old tree.
type questions struct {
	Records []recordProof `json:"records"`
	Trees   []treeProof   `json:"trees"`
}

type answers struct {
	Size    int64         `json:"size"`
	Root    tlog.Hash     `json:"root"`
	Records []recordProof `json:"records"`
	Trees   []treeProof   `json:"trees"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "go_log_check:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 3 {
		return errors.New("usage: go_log_check log FOLDER VKEY | go_log_check proof FILE VKEY")
	}
	verifier, err := note.NewVerifier(arguments[2])
	if err != nil {
		return err
	}
	switch arguments[0] {
	case "log":
		return checkLog(arguments[1], verifier)
	case "proof":
		return checkProof(arguments[1], verifier)
	}
	return fmt.Errorf("no command %q", arguments[0])
}

func checkLog(folder string, verifier note.Verifier) error {
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	var asked questions
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil && err != io.EOF {
		return err
	}
	reader := tlog.TileHashReader(tree, tileFolder(folder))
	leaves, err := checkEntries(folder, tree, reader)
	if err != nil {
		return err
	}
	given := answers{Size: tree.N, Root: tree.Hash, Records: []recordProof{}, Trees: []treeProof{}}
	if err := answerRecords(asked.Records, tree, reader, leaves, &given); err != nil {
		return err
	}
	if err := answerTrees(asked.Trees, tree, reader, &given); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(given)
}

// openCheckpoint verifies the note and reads its tree. ParseTree knows one origin, that of sum.golang.org, so it is
// given the text with that origin once ours has been compared with the key's name.
func openCheckpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the checkpoint is of %q", origin)
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err == nil && tree.N == 0 && tree.Hash != sha256.Sum256(nil) {
		err = errors.New("the empty tree has another root")
	}
	return tree, err
}

// tileFolder serves the tiles of a folder to tlog; C2SP leaves the height out of the paths of x/mod.
type tileFolder string

func (folder tileFolder) Height() int                         { return tileHeight }
func (folder tileFolder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (folder tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		hashes, err := readTile(string(folder), tile)
		if err != nil {
			return nil, err
		}
		if len(hashes) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short", tile.Path())
		}
		data = append(data, hashes[:tile.W*tlog.HashSize])
	}
	return data, nil
}

// readTile reads a hash tile or, at level -1, a bundle; a partial one that is gone is the beginning of the full one.
func readTile(folder string, tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(folder, path))
	if errors.Is(err, os.ErrNotExist) && tile.W < tileWidth {
		tile.W = tileWidth
		return readTile(folder, tile)
	}
	return data, err
}

// checkEntries compares every entry of every bundle with its authenticated leaf hash.
func checkEntries(folder string, tree tlog.Tree, reader tlog.HashReader) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for start := int64(0); start < tree.N; start += tileWidth {
		width := tileWidth
		if tree.N-start < tileWidth {
			width = int(tree.N - start)
		}
		bundle, err := readTile(folder, tlog.Tile{H: tileHeight, L: -1, N: start / tileWidth, W: width})
		if err != nil {
			return nil, err
		}
		entries, err := splitBundle(bundle)
		if err != nil || len(entries) < width {
			return nil, fmt.Errorf("the bundle at %d cannot be read: %v", start, err)
		}
		var indexes []int64
		for place := 0; place < width; place++ {
			leaves = append(leaves, tlog.RecordHash(entries[place]))
			indexes = append(indexes, tlog.StoredHashIndex(0, start+int64(place)))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		for place, hash := range hashes {
			if hash != leaves[start+int64(place)] {
				return nil, fmt.Errorf("entry %d is not the one in the tree", start+int64(place))
			}
		}
	}
	return leaves, nil
}

func splitBundle(data []byte) ([][]byte, error) {
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 {
			return nil, io.ErrUnexpectedEOF
		}
		end := 2 + int(data[0])<<8 + int(data[1])
		if end > len(data) {
			return nil, io.ErrUnexpectedEOF
		}
		entries, data = append(entries, data[2:end]), data[end:]
	}
	return entries, nil
}

func answerRecords(asked []recordProof, tree tlog.Tree, reader tlog.HashReader, leaves []tlog.Hash, given *answers) error {
	for _, record := range asked {
		if record.Index < 0 || record.Index >= tree.N {
			return fmt.Errorf("there is no entry %d", record.Index)
		}
		leaf := leaves[record.Index]
		if err := tlog.CheckRecord(record.Proof, tree.N, tree.Hash, record.Index, leaf); err != nil {
			return fmt.Errorf("the proof of entry %d: %w", record.Index, err)
		}
		own, err := tlog.ProveRecord(tree.N, record.Index, reader)
		if err != nil {
			return err
		}
		given.Records = append(given.Records, recordProof{record.Index, own})
	}
	return nil
}

func answerTrees(asked []treeProof, tree tlog.Tree, reader tlog.HashReader, given *answers) error {
	for _, old := range asked {
		if err := tlog.CheckTree(old.Proof, tree.N, tree.Hash, old.OldSize, old.OldRoot); err != nil {
			return fmt.Errorf("the proof from size %d: %w", old.OldSize, err)
		}
		own, err := tlog.ProveTree(tree.N, old.OldSize, reader)
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(old.OldSize, reader)
		if err != nil {
			return err
		}
		given.Trees = append(given.Trees, treeProof{old.OldSize, root, own})
	}
	return nil
}

// checkProof checks a C2SP tlog-proof that carries its entry in the extra line, and prints that entry.
func checkProof(path string, verifier note.Verifier) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, signed, _ := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") {
		return errors.New("this is no tlog-proof that carries its entry")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(entry, '\n'))
	return err
}
