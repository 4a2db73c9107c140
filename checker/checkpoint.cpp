// SPDX-License-Identifier: Apache-2.0
// A checkpoint file: the magic word, which holds the version; the identity; the checkpoint; the
// fingerprints; and the XXH64 of all before it. Numbers are 64 bits wide, in the order of bytes of
// the machine, as no other could go on from it.
#include "checker/checkpoint.h"

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr std::uint64_t magic = 0x3230'6b63'6568'6468;  // "hdheck02"
constexpr std::size_t chunk_bytes = std::size_t{1} << 16;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string problem(const std::string& file, const std::string& what) {
    return "checkpoint '" + file + "': " + what;
}

class Writer {
  public:
    explicit Writer(std::FILE* file) : file_(file) { XXH64_reset(&hash_, 0); }

    void bytes(const void* data, std::size_t size) {
        XXH64_update(&hash_, data, size);
        good_ = std::fwrite(data, 1, size, file_) == size && good_;
    }
    void number(std::uint64_t value) { bytes(&value, sizeof(value)); }
    void text(const std::string& value) {
        number(value.size());
        bytes(value.data(), value.size());
    }
    template <class Word>
    void rows(const std::vector<std::vector<Word>>& values) {
        number(values.size());
        for (const std::vector<Word>& value : values) {
            number(value.size());
            bytes(value.data(), value.size() * sizeof(Word));
        }
    }

    // The checksum, and everything onto the disk.
    bool finish() {
        const std::uint64_t sum = XXH64_digest(&hash_);
        good_ = std::fwrite(&sum, 1, sizeof(sum), file_) == sizeof(sum) && good_;
        return std::fflush(file_) == 0 && fsync(fileno(file_)) == 0 && good_;
    }

  private:
    std::FILE* file_;
    XXH64_state_t hash_ = {};
    bool good_ = true;
};

// Reads what has been found to be whole.
class Reader {
  public:
    explicit Reader(std::FILE* file) : file_(file) {}

    void bytes(void* data, std::size_t size) {
        if (std::fread(data, 1, size, file_) != size) {
            std::memset(data, 0, size);
        }
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        bytes(&value, sizeof(value));
        return value;
    }
    std::string text() {
        std::string value(number(), '\0');
        bytes(value.data(), value.size());
        return value;
    }
    template <class Word>
    void rows(std::vector<std::vector<Word>>& values) {
        values.resize(number());
        for (std::vector<Word>& value : values) {
            value.resize(number());
            bytes(value.data(), value.size() * sizeof(Word));
        }
    }

  private:
    std::FILE* file_;
};

// Whether the last word is the checksum of all before it.
bool is_whole(std::FILE* file) {
    XXH64_state_t hash = {};
    XXH64_reset(&hash, 0);
    std::vector<char> held(chunk_bytes + sizeof(std::uint64_t));
    std::size_t size = 0;
    for (;;) {
        const std::size_t more = std::fread(held.data() + size, 1, held.size() - size, file);
        size += more;
        if (more == 0) {
            break;
        }
        if (size > sizeof(std::uint64_t)) {
            const std::size_t done = size - sizeof(std::uint64_t);
            XXH64_update(&hash, held.data(), done);
            std::memmove(held.data(), held.data() + done, sizeof(std::uint64_t));
            size = sizeof(std::uint64_t);
        }
    }
    std::uint64_t sum = 0;
    std::memcpy(&sum, held.data(), std::min(size, sizeof(sum)));
    std::rewind(file);
    return engine_mutated(EngineMutation::checkpoint_unchecked) ||
           (size == sizeof(sum) && sum == XXH64_digest(&hash));
}

// Empty, or in what the file differs.
std::string difference(Reader& reader, const CheckpointIdentity& identity) {
    const std::uint64_t count = reader.number();
    if (count != identity.size()) {
        return "it is of another version of this program";
    }
    for (const auto& [name, expected] : identity) {
        reader.text();
        const std::string found = reader.text();
        if (found != expected && !engine_mutated(EngineMutation::checkpoint_of_any_search)) {
            std::string text = "it is of another ";
            text.append(name).append(": '").append(found).append("', not '");
            return text.append(expected).append("'");
        }
    }
    return "";
}

bool fill(Reader& reader, SharedTable& table) {
    const std::uint64_t count = reader.number();
    while (table.is_crowded(count)) {
        if (!table.grow()) {
            return false;
        }
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        Fingerprint fingerprint;
        reader.bytes(&fingerprint, sizeof(fingerprint));
        if (table.insert(fingerprint) == Insertion::no_room) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string program_digest() {
    static const std::string digest = [] {
        const File file(std::fopen("/proc/self/exe", "rb"));
        XXH64_state_t hash = {};
        XXH64_reset(&hash, 0);
        std::vector<char> chunk(chunk_bytes);
        std::size_t size = 0;
        while (file != nullptr &&
               (size = std::fread(chunk.data(), 1, chunk.size(), file.get())) > 0) {
            XXH64_update(&hash, chunk.data(), size);
        }
        char text[20];
        std::snprintf(text, sizeof(text), "%016llx",
                      static_cast<unsigned long long>(XXH64_digest(&hash)));
        return std::string(text);
    }();
    return digest;
}

std::string write_checkpoint(const std::string& file, const CheckpointIdentity& identity,
                             const Checkpoint& checkpoint, const SharedTable& table) {
    const std::string unfinished = file + ".part";
    File out(std::fopen(unfinished.c_str(), "wb"));
    if (out == nullptr) {
        return problem(file, std::string("cannot be written: ") + std::strerror(errno));
    }
    Writer writer(out.get());
    writer.number(magic);
    writer.number(identity.size());
    for (const auto& [name, value] : identity) {
        writer.text(name);
        writer.text(value);
    }
    writer.number(checkpoint.transitions);
    writer.number(checkpoint.executions);
    writer.number(checkpoint.depth_max);
    writer.number(checkpoint.reached.size());
    for (const std::uint64_t claim : checkpoint.reached) {
        writer.number(claim);
    }
    writer.rows(checkpoint.lock_runs);
    writer.rows(checkpoint.wait_runs);
    writer.rows(checkpoint.knowledge);
    writer.rows(checkpoint.work);
    writer.number(table.count());
    table.for_each([&writer](Fingerprint print) { writer.bytes(&print, sizeof(print)); });
    const bool good = writer.finish();
    out.reset();
    if (!good || std::rename(unfinished.c_str(), file.c_str()) != 0) {
        const std::string reason = std::strerror(errno);
        std::remove(unfinished.c_str());
        return problem(file, "cannot be written: " + reason);
    }
    return "";
}

std::variant<Checkpoint, std::string> read_checkpoint(const std::string& file,
                                                      const CheckpointIdentity& identity,
                                                      SharedTable& table) {
    const File in(std::fopen(file.c_str(), "rb"));
    if (in == nullptr) {
        return problem(file, std::string("cannot be read: ") + std::strerror(errno));
    }
    Reader reader(in.get());
    if (reader.number() != magic) {
        return problem(file, "it is no checkpoint, or of another version of the format");
    }
    std::rewind(in.get());
    if (!is_whole(in.get())) {
        return problem(file, "it is cut short or damaged: its checksum does not fit");
    }
    reader.number();
    if (const std::string reason = difference(reader, identity); !reason.empty()) {
        return problem(file, reason);
    }
    Checkpoint checkpoint;
    checkpoint.transitions = reader.number();
    checkpoint.executions = reader.number();
    checkpoint.depth_max = reader.number();
    checkpoint.reached.resize(reader.number());
    for (std::uint64_t& claim : checkpoint.reached) {
        claim = reader.number();
    }
    reader.rows(checkpoint.lock_runs);
    reader.rows(checkpoint.wait_runs);
    reader.rows(checkpoint.knowledge);
    reader.rows(checkpoint.work);
    if (!fill(reader, table)) {
        return problem(file, "its states do not fit into the machine's memory");
    }
    return checkpoint;
}

}  // namespace heddle
