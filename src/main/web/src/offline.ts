// Bookings with their passes, kept in IndexedDB: the gate is often where the network is not.
import type { Booking } from "./api/types";

const DATABASE = "berth";
const STORE = "kept";
const KEY = "bookings";

interface Kept {
  bookings: Booking[];
  savedAt: number;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function work<T>(mode: IDBTransactionMode, task: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const request = task(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }).finally(() => database.close());
  } catch {
    return null; // A private window may forbid it: then nothing is kept.
  }
}

/** Keeps passes that were fetched before, since a list does not carry them. */
export async function keepBookings(bookings: Booking[]): Promise<void> {
  const before = await keptBookings();
  const passes = new Map(before?.bookings.map((booking) => [booking.id, booking.pass]));
  const merged = bookings.map((booking) => ({ ...booking, pass: booking.pass ?? passes.get(booking.id) ?? null }));
  await work("readwrite", (store) => store.put({ bookings: merged, savedAt: Date.now() } satisfies Kept, KEY));
}

export function keptBookings(): Promise<Kept | null> {
  return work<Kept | null>("readonly", (store) => store.get(KEY));
}

export async function keptBooking(id: string): Promise<{ booking: Booking; savedAt: number } | null> {
  const kept = await keptBookings();
  const booking = kept?.bookings.find((other) => other.id === id);
  return kept && booking ? { booking, savedAt: kept.savedAt } : null;
}

export async function forgetBookings(): Promise<void> {
  await work("readwrite", (store) => store.delete(KEY));
}
