/** The product's mark: two ends and the line between them. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden>
      <rect width="32" height="32" rx="8" className="fill-accent-solid" />
      <path
        d="M9 22V10l14 12V10"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="9" cy="10" r="2.6" fill="#fff" />
      <circle cx="23" cy="22" r="2.6" fill="#fff" />
    </svg>
  );
}
