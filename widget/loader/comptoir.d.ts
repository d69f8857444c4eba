/** What a page's own scripts may do with the widget. */
export interface Comptoir {
  /** Opens the panel, loading it on the first call. */
  open(): void;
  /** Closes the panel; a conversation under way goes on. */
  close(): void;
  /** Listens; returns a function that stops listening. */
  on(event: "open" | "close" | "sent" | "received" | "handover" | "joined" | "ended", handler: () => void): () => void;
  /** Number of messages that were not on screen. */
  on(event: "unread", handler: (count: number) => void): () => void;
  /** Removes the widget from the page. */
  destroy(): void;
}

declare global {
  interface Window {
    Comptoir?: Comptoir;
  }
}
