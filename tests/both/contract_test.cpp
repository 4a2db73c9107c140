// SPDX-License-Identifier: Apache-2.0
// One text, two builds: this file is compiled against checked.h and against threads.h, and a name
// that either lacks, or has with another signature or meaning, fails here. Outside a task the
// checked build acts at once, as the threads build does.
#include <gtest/gtest.h>

#include <type_traits>

#include "checker/sync/sync.h"

namespace heddle::contract_test {
namespace {

// ---- signatures

template <class Function>
constexpr bool has_type(Function*) {
    return true;
}

using Word = unsigned long;
static_assert(has_type<bool(unsigned, const Word*, Where)>(test_bit));
static_assert(has_type<void(unsigned, Word*, Where)>(set_bit));
static_assert(has_type<void(unsigned, Word*, Where)>(set_bit_release));
static_assert(has_type<void(unsigned, Word*, Where)>(clear_bit));
static_assert(has_type<void(unsigned, Word*, Where)>(__set_bit));
static_assert(has_type<void(unsigned, Word*, Where)>(__clear_bit));
static_assert(has_type<bool(unsigned, Word*, Where)>(test_and_set_bit));
static_assert(has_type<bool(unsigned, Word*, Where)>(test_and_clear_bit));
static_assert(has_type<bool(unsigned, Word*, Where)>(test_and_set_bit_lock));
static_assert(has_type<void(unsigned, Word*, Where)>(clear_bit_unlock));
static_assert(has_type<void(unsigned, Word*, Where)>(__clear_bit_unlock));
static_assert(has_type<void(unsigned, const Word*, Where)>(bit_lock_is_born));
static_assert(has_type<void(Word*, unsigned, Where)>(wait_on_bit_lock));
static_assert(has_type<void(Word*, unsigned, Where)>(wait_on_bit));
static_assert(has_type<std::uint64_t(unsigned)>(bit_mask));

static_assert(has_type<int(const atomic_t*, Where)>(atomic_read<atomic_t>));
static_assert(has_type<long(const atomic_long_t*, Where)>(atomic_read<atomic_long_t>));
static_assert(has_type<void(atomic_t*, int, Where)>(atomic_set<atomic_t>));
static_assert(has_type<void(int, atomic_t*, Where)>(atomic_add<atomic_t>));
static_assert(has_type<void(int, atomic_t*, Where)>(atomic_sub<atomic_t>));
static_assert(has_type<void(atomic_t*, Where)>(atomic_inc<atomic_t>));
static_assert(has_type<void(atomic_t*, Where)>(atomic_dec<atomic_t>));
static_assert(has_type<int(int, atomic_t*, Where)>(atomic_add_return<atomic_t>));
static_assert(has_type<bool(atomic_t*, Where)>(atomic_dec_and_test<atomic_t>));
static_assert(has_type<bool(atomic_t*, Where)>(atomic_inc_and_test<atomic_t>));
static_assert(has_type<bool(int, atomic_t*, Where)>(atomic_add_negative<atomic_t>));
static_assert(has_type<bool(atomic_t*, int, int, Where)>(atomic_add_unless<atomic_t>));
static_assert(has_type<bool(atomic_t*, Where)>(atomic_inc_not_zero<atomic_t>));
static_assert(has_type<int(atomic_t*, int, int, Where)>(atomic_cmpxchg<atomic_t>));
static_assert(
    has_type<unsigned long(unsigned long*, unsigned long, unsigned long, Where)>(cmpxchg));
static_assert(has_type<int(atomic_t*, int, Where)>(atomic_xchg<atomic_t>));
static_assert(has_type<void(atomic_long_t*, long, Where)>(atomic_set<atomic_long_t>));
static_assert(has_type<void(long, atomic_long_t*, Where)>(atomic_add<atomic_long_t>));
static_assert(has_type<long(long, atomic_long_t*, Where)>(atomic_add_return<atomic_long_t>));
static_assert(has_type<unsigned(unsigned, Where)>(choose));

static_assert(has_type<void(spinlock_t*, Where)>(spin_lock));
static_assert(has_type<void(spinlock_t*)>(spin_lock_init));
static_assert(has_type<bool(spinlock_t*, Where)>(spin_trylock));
static_assert(has_type<void(spinlock_t*, Where)>(spin_unlock));
static_assert(has_type<void(spinlock_t*, Where)>(spin_unlock_wait));
static_assert(has_type<void(spinlock_t*, Where)>(spin_lock_irq));
static_assert(has_type<void(spinlock_t*, Where)>(spin_unlock_irq));
static_assert(has_type<void(spinlock_t*, Word&, Where)>(spin_lock_irqsave));
static_assert(has_type<void(spinlock_t*, Word, Where)>(spin_unlock_irqrestore));
static_assert(has_type<std::uint32_t()>(owner_id));
static_assert(has_type<bool(const spinlock_t*)>(spin_is_held));
static_assert(has_type<bool(const spinlock_t*)>(spin_is_locked));
static_assert(has_type<void(struct mutex*, Where)>(mutex_lock));
static_assert(has_type<bool(struct mutex*, Where)>(mutex_trylock));
static_assert(has_type<void(struct mutex*, Where)>(mutex_unlock));
static_assert(has_type<void(struct rw_semaphore*, Where)>(down_read));
static_assert(has_type<bool(struct rw_semaphore*, Where)>(down_read_trylock));
static_assert(has_type<void(struct rw_semaphore*, Where)>(up_read));
static_assert(has_type<void(struct rw_semaphore*, Where)>(down_write));
static_assert(has_type<void(struct rw_semaphore*, unsigned, Where)>(down_write_nested));
static_assert(has_type<bool(const struct rw_semaphore*)>(rwsem_is_locked));
static_assert(has_type<bool(const struct rw_semaphore*)>(rwsem_is_writer));
static_assert(has_type<bool(const struct rw_semaphore*)>(rwsem_is_reader));
static_assert(has_type<bool(unsigned, const Word*)>(bit_lock_is_held));
static_assert(has_type<void(spinlock_t*, unsigned, Where)>(spin_lock_nested));
static_assert(has_type<bool(struct rw_semaphore*, Where)>(down_write_trylock));
static_assert(has_type<void(struct rw_semaphore*, Where)>(up_write));
static_assert(has_type<void(struct rw_semaphore*, Where)>(downgrade_write));

static_assert(has_type<void(Where)>(preempt_disable));
static_assert(has_type<void(Where)>(preempt_enable));
static_assert(has_type<void(Where)>(local_irq_disable));
static_assert(has_type<void(Where)>(local_irq_enable));
static_assert(has_type<void(Word&, Where)>(local_irq_save));
static_assert(has_type<void(Word, Where)>(local_irq_restore));
static_assert(has_type<void(Where)>(might_sleep));
static_assert(has_type<unsigned(Where)>(smp_processor_id));
static_assert(has_type<bool()>(in_atomic));
static_assert(has_type<bool()>(in_interrupt));
static_assert(has_type<bool()>(irqs_disabled));
static_assert(has_type<void(Where)>(lockdep_assert_irqs_enabled));
static_assert(has_type<bool()>(cpu_is_shared));
static_assert(has_type<unsigned()>(nr_cpus));
static_assert(has_type<unsigned()>(current_task));
static_assert(has_type<unsigned()>(current_cpu));
static_assert(has_type<void(unsigned)>(set_cpu));
static_assert(has_type<void*()>(world_root));
static_assert(has_type<void(std::uint64_t)>(observe));
static_assert(has_type<void(std::uint64_t)>(forget));
static_assert(has_type<void(const Failure&)>(fail));

static_assert(has_type<int*(per_cpu<int>*, Where)>(this_cpu_ptr<int>));
static_assert(has_type<int&(per_cpu<int>&, Where)>(get_cpu_var<int>));
static_assert(has_type<void(per_cpu<int>&, Where)>(put_cpu_var<int>));
static_assert(has_type<int*(per_cpu<int>*, unsigned)>(per_cpu_ptr<int>));
static_assert(has_type<void(int&, int, Where)>(this_cpu_add<int>));
static_assert(has_type<int(const int&, Where)>(this_cpu_read<int>));
static_assert(has_type<void(int&, int, Where)>(this_cpu_write<int>));
static_assert(has_type<void(struct work_struct*)>(INIT_WORK));
static_assert(has_type<bool(struct work_struct*, Where)>(queue_work));
static_assert(has_type<void(struct work_struct*, Where)>(flush_work));
static_assert(has_type<void(struct work_struct*, Where)>(wait_for_work));
static_assert(has_type<void(struct work_struct*, Where)>(finish_work));
static_assert(has_type<void(bool, Where)>(BUG_ON));
static_assert(has_type<void(bool, Where)>(VM_BUG_ON));
static_assert(has_type<void(bool, const void*, Where)>(VM_BUG_ON_PAGE));

constexpr auto no_update = [] {};
static_assert(has_type<void(const decltype(no_update)&)>(ghost<const decltype(no_update)&>));
static_assert(has_type<void(const decltype(no_update)&)>(tally<const decltype(no_update)&>));
static_assert(tasks_max == 48 && cpus_max == 48 && no_task == tasks_max);
static_assert(work_idle == 0 && work_busy == 1);

// ---- layout: plain aggregates, valid when zeroed, and annotations cost nothing

spinlock_t* no_lock(const void*) { return nullptr; }

template <class T>
constexpr bool is_plain = std::is_standard_layout_v<T>&& std::is_trivial_v<T>;

static_assert(is_plain<atomic_t> && sizeof(atomic_t) == sizeof(int));
static_assert(is_plain<atomic_long_t> && sizeof(atomic_long_t) == sizeof(long));
static_assert(is_plain<spinlock_t> && sizeof(spinlock_t) == by_build(4U, 64U));
static_assert(is_plain<struct mutex> && is_plain<struct rw_semaphore>);
static_assert(is_plain<struct work_struct> && is_plain<per_cpu<int>>);
static_assert(is_plain<guarded<int, no_lock>> && sizeof(guarded<int, no_lock>) == sizeof(int));
static_assert(sizeof(struct rw_semaphore) == 8 && sizeof(struct mutex) == 4);

// The model and its reports name these fields.
static_assert(std::is_same_v<decltype(spinlock_t::owner), std::uint32_t>);
static_assert(std::is_same_v<decltype(mutex::owner), std::uint32_t>);
static_assert(std::is_same_v<decltype(rw_semaphore::writer), std::uint32_t>);
static_assert(std::is_same_v<decltype(rw_semaphore::readers), std::uint32_t>);
static_assert(std::is_same_v<decltype(work_struct::state), Word>);
static_assert(std::is_same_v<decltype(per_cpu<int>::of), int*>);
static_assert(std::is_same_v<decltype(guarded<int, no_lock>::value), int>);
using Guarded = guarded<int, no_lock>;
static_assert(std::is_same_v<decltype(&Guarded::locked), int& (Guarded::*)(Where)>);
static_assert(std::is_same_v<decltype(&Guarded::peek), const int& (Guarded::*)() const>);

struct FreeForAll {
    static constexpr const char* claim = "never";
    static constexpr const char* formula = "";
    static bool allows(const void*) { return true; }
};
using WriteGuarded = write_guarded<int, FreeForAll>;
static_assert(is_plain<WriteGuarded> && sizeof(WriteGuarded) == sizeof(int));
static_assert(std::is_same_v<decltype(WriteGuarded::value), int>);
static_assert(std::is_same_v<decltype(&WriteGuarded::written), int& (WriteGuarded::*)(Where)>);

// ---- meaning

TEST(Contract, BitOperationsTouchTheirBitAndReturnTheOldOne) {
    Word word = bit_mask(3);
    EXPECT_TRUE(test_bit(3, &word));
    EXPECT_FALSE(test_bit(4, &word));
    set_bit(63, &word);
    EXPECT_EQ(word, bit_mask(63) | bit_mask(3));
    clear_bit(3, &word);
    EXPECT_EQ(word, bit_mask(63));
    EXPECT_FALSE(test_and_set_bit(0, &word));
    EXPECT_TRUE(test_and_set_bit(0, &word));
    EXPECT_TRUE(test_and_clear_bit(63, &word));
    EXPECT_FALSE(test_and_clear_bit(63, &word));
    __set_bit(7, &word);
    __clear_bit(0, &word);
    EXPECT_EQ(word, bit_mask(7));
}

TEST(Contract, AtomicsReturnWhatTheKernelsDo) {
    atomic_t v = {};
    atomic_set(&v, 5);
    atomic_add(3, &v);
    atomic_sub(2, &v);
    atomic_inc(&v);
    atomic_dec(&v);
    EXPECT_EQ(atomic_read(&v), 6);
    EXPECT_EQ(atomic_add_return(-4, &v), 2);
    EXPECT_FALSE(atomic_dec_and_test(&v));
    EXPECT_TRUE(atomic_dec_and_test(&v));
    EXPECT_FALSE(atomic_inc_not_zero(&v));
    EXPECT_TRUE(atomic_add_negative(-1, &v));
    EXPECT_TRUE(atomic_inc_and_test(&v));
    EXPECT_TRUE(atomic_add_unless(&v, 7, 3));
    EXPECT_FALSE(atomic_add_unless(&v, 1, 7));
    EXPECT_TRUE(atomic_inc_not_zero(&v));
    EXPECT_EQ(atomic_cmpxchg(&v, 1, 9), 8);
    EXPECT_EQ(atomic_cmpxchg(&v, 8, 9), 8);
    unsigned long word = 8;
    EXPECT_EQ(cmpxchg(&word, 1, 9), 8U);
    EXPECT_EQ(cmpxchg(&word, 8, 9), 8U);
    EXPECT_EQ(word, 9U);
    EXPECT_EQ(atomic_xchg(&v, 1), 9);
    EXPECT_EQ(atomic_read(&v), 1);
    atomic_long_t wide = {};
    atomic_add(1L << 40, &wide);
    EXPECT_EQ(atomic_read(&wide), 1L << 40);
}

TEST(Contract, SpinLocksAreTakenAndGivenBack) {
    spinlock_t lock = {};
    spin_lock(&lock);
    EXPECT_TRUE(spin_is_locked(&lock));
    EXPECT_TRUE(spin_is_held(&lock));
    EXPECT_EQ(lock.owner, owner_id());
    EXPECT_TRUE(in_atomic());
    EXPECT_FALSE(spin_trylock(&lock));
    spin_unlock(&lock);
    EXPECT_FALSE(spin_is_locked(&lock));
    spin_unlock_wait(&lock);
    EXPECT_FALSE(spin_is_locked(&lock));
    EXPECT_TRUE(spin_trylock(&lock));
    spin_unlock(&lock);
    spin_lock_nested(&lock, 1);
    EXPECT_TRUE(spin_is_held(&lock));
    spin_unlock(&lock);
    EXPECT_FALSE(in_atomic());
}

TEST(Contract, IrqFormsMaskInterruptsAndNestWhenTheySave) {
    spinlock_t outer = {};
    spinlock_t inner = {};
    unsigned long flags = 0;
    spin_lock_irq(&outer);
    EXPECT_TRUE(irqs_disabled());
    spin_lock_irqsave(&inner, flags);
    spin_unlock_irqrestore(&inner, flags);
    EXPECT_TRUE(irqs_disabled());
    spin_unlock_irq(&outer);
    EXPECT_FALSE(irqs_disabled());
    local_irq_save(flags);
    EXPECT_TRUE(irqs_disabled());
    local_irq_restore(flags);
    EXPECT_FALSE(irqs_disabled());
    local_irq_disable();
    local_irq_enable();
    EXPECT_FALSE(in_atomic());
}

TEST(Contract, PreemptionNests) {
    preempt_disable();
    preempt_disable();
    preempt_enable();
    EXPECT_TRUE(in_atomic());
    preempt_enable();
    EXPECT_FALSE(in_atomic());
    EXPECT_FALSE(in_interrupt());
}

TEST(Contract, BitLocksAreBitsOfTheirWord) {
    Word word = bit_mask(5);
    wait_on_bit_lock(&word, 0);
    EXPECT_EQ(word, bit_mask(5) | bit_mask(0));
    EXPECT_TRUE(test_and_set_bit_lock(0, &word));
    clear_bit_unlock(0, &word);
    EXPECT_FALSE(test_and_set_bit_lock(0, &word));
    __clear_bit_unlock(0, &word);
    wait_on_bit(&word, 0);
    EXPECT_EQ(word, bit_mask(5));
}

TEST(Contract, SleepingLocksAdmitWhomTheyShould) {
    struct mutex mutex = {};
    mutex_lock(&mutex);
    EXPECT_FALSE(mutex_trylock(&mutex));
    mutex_unlock(&mutex);
    EXPECT_TRUE(mutex_trylock(&mutex));
    mutex_unlock(&mutex);

    struct rw_semaphore sem = {};
    down_read(&sem);
    EXPECT_TRUE(down_read_trylock(&sem));
    EXPECT_EQ(sem.readers, 2U);
    EXPECT_FALSE(down_write_trylock(&sem));
    EXPECT_EQ(sem.writer, 0U);
    up_read(&sem);
    up_read(&sem);
    EXPECT_EQ(sem.readers, 0U);
    down_write(&sem);
    EXPECT_EQ(sem.writer, owner_id());
    EXPECT_FALSE(down_read_trylock(&sem));
    EXPECT_FALSE(down_write_trylock(&sem));
    EXPECT_EQ(sem.readers, 0U);
    EXPECT_TRUE(rwsem_is_locked(&sem));
    EXPECT_TRUE(rwsem_is_writer(&sem));
    downgrade_write(&sem);
    EXPECT_TRUE(rwsem_is_locked(&sem));
    EXPECT_TRUE(rwsem_is_reader(&sem));
    EXPECT_EQ(sem.writer, 0U);
    EXPECT_EQ(sem.readers, 1U);
    EXPECT_TRUE(down_read_trylock(&sem));
    up_read(&sem);
    up_read(&sem);
    EXPECT_FALSE(rwsem_is_locked(&sem));
    EXPECT_TRUE(down_write_trylock(&sem));
    up_write(&sem);
}

TEST(Contract, WriteGuardedDataReadsAndWritesAsPlainData) {
    WriteGuarded field = {3};
    field = 4;
    EXPECT_EQ(READ_ONCE(field), 4);
    WRITE_ONCE(field, 5);
    EXPECT_EQ(field + 1, 6);
    ++field.written();
    EXPECT_EQ(field.value, 6);
}

TEST(Contract, PerCpuDataIsTheOwnCpus) {
    int storage[2] = {10, 20};
    per_cpu<int> data = {storage};
    set_cpu(1);
    EXPECT_EQ(smp_processor_id(), 1U);
    EXPECT_EQ(get_cpu_var(data), 20);
    EXPECT_TRUE(in_atomic());
    put_cpu_var(data);
    EXPECT_EQ(this_cpu_ptr(&data), &storage[1]);
    EXPECT_EQ(per_cpu_ptr(&data, 0), &storage[0]);
    this_cpu_add(storage[1], 5);
    EXPECT_EQ(this_cpu_read(storage[1]), 25);
    this_cpu_write(storage[1], 7);
    EXPECT_EQ(storage[1], 7);
    set_cpu(0);
}

TEST(Contract, WorkIsQueuedOnceAndFinished) {
    struct work_struct work = {};
    INIT_WORK(&work);
    flush_work(&work);
    EXPECT_EQ(work.state, bit_mask(work_idle));
    EXPECT_TRUE(queue_work(&work));
    EXPECT_EQ(work.state, bit_mask(work_busy));
    EXPECT_FALSE(queue_work(&work));
    wait_for_work(&work);
    finish_work(&work);
    flush_work(&work);
    EXPECT_TRUE(queue_work(&work));
}

TEST(Contract, GuardedDataIsReachedUnderItsLock) {
    guarded<int, no_lock> data = {3};
    data.locked() = 4;
    EXPECT_EQ(data.peek(), 4);
    data.locked_to_write() = 5;
    EXPECT_EQ(data.locked(), 5);
}

TEST(Contract, AssertionsThatHoldAreQuiet) {
    BUG_ON(false);
    VM_BUG_ON(false);
    VM_BUG_ON_PAGE(false, nullptr);
    observe(1);
    forget(1);
    EXPECT_EQ(current_task(), no_task);
    EXPECT_GE(tasks_max, 8U);
    EXPECT_LE(nr_cpus(), cpus_max);
}

}  // namespace
}  // namespace heddle::contract_test
